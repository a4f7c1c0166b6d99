import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { EngineError } from '../../../src/core/engine-error.ts';
import { formatTimestamp, ordinalAt, startOf } from '../../../src/core/time/time.ts';
import { identifier, textLiteral } from '../../../src/warehouses/hive/literals.ts';
import { type LivePartition, selectStatement } from '../../../src/warehouses/hive/select-statement.ts';
import { selectRows } from '../../../src/warehouses/hive/select.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';
import type { Select } from '../../../src/warehouses/warehouse.ts';
import { flatTable, ordinal } from '../../warehouses/fixtures.ts';
import { column, hiveAddress, soon } from './server.ts';

const database = `t${randomBytes(5).toString('hex')}`;
const table = `${identifier(database)}.${identifier(flatTable.name)}`;
/** Their order by UTF-16 is another than that by UTF-8. */
const PROJECTS = ['a', 'B', 'é', 'ﬀ', '🐈', "o'neill\\", '\uffee', 'a b'];
const TYPES = ['content', '${env:HOME}'];
const DAYS = ['20240229', '20240301', '20240302', '20240429', '20240430', '20240501'];
const live: readonly LivePartition[] = [
  { grain: 'daily', year: 2024, month: 2, version: 2 },
  { grain: 'daily', year: 2024, month: 3, version: 3 },
  { grain: 'daily', year: 2024, month: 4, version: 2 },
  { grain: 'daily', year: 2024, month: 5, version: 2 },
];
type Line = readonly [project: string, type: string, day: number, edits: number, bytes: number];
const lines: Line[] = [];

let sessions: Sessions;

before(async () => {
  sessions = new Sessions({ ...hiveAddress(), sessions: 1 }, { warm: false });
  await sessions.execute(`CREATE DATABASE ${identifier(database)}`, soon());
  await sessions.execute(
    `CREATE EXTERNAL TABLE ${table}
      (project STRING, page_type STRING, \`timestamp\` STRING, edits BIGINT, bytes BIGINT)
      PARTITIONED BY (grain STRING, year INT, month INT, version INT) STORED AS PARQUET`,
    soon(),
  );
  const values: string[] = [];
  const add = (
    day: string,
    version: number,
    [project, type, edits, bytes]: [string, string, number, number],
  ): void => {
    const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(4, 6))];
    const texts = [project, type, `${day}00`].map(textLiteral);
    values.push(`(${[...texts, edits, bytes, "'daily'", year, month, version].join(', ')})`);
  };
  for (const [p, project] of PROJECTS.entries()) {
    for (const [t, type] of TYPES.entries()) {
      for (const [d, day] of DAYS.entries()) {
        // The sum of March is as much as a number holds, that of April is more.
        const bytes = day === '20240301' ? 2 : Number.MAX_SAFE_INTEGER - d;
        const numbers = [1000 * p + 100 * t + d, bytes] as const;
        const version = day.slice(4, 6) === '03' ? 3 : 2;
        add(day, version, [project, type, ...numbers]);
        lines.push([project, type, ordinal('daily', day), ...numbers]);
      }
      // What was replaced lies beside what replaced it.
      add('20240301', 2, [project, type, -1, -1]);
      add('20240301', 1, [project, type, -2, -2]);
    }
  }
  await sessions.execute(`INSERT INTO ${table} VALUES ${values.join(', ')}`, soon());
});

after(async () => {
  await sessions.execute(`DROP DATABASE IF EXISTS ${identifier(database)} CASCADE`, soon());
  await sessions.close();
});

function question(options: Partial<Select> = {}): Select {
  const [first, last] = [ordinal('daily', '20240301'), ordinal('daily', '20240501')];
  return { table: flatTable, grain: 'daily', first, last, where: [], ...options };
}

async function rowsOf(asked: Select): Promise<(string | number)[][]> {
  const found: (string | number)[][] = [];
  for await (const rows of selectRows(sessions, database, asked, live, soon())) {
    for (let row = 0; row < rows.length; row++) {
      const texts = rows.dimensions.map((values) => values[row] as string);
      found.push([
        ...texts,
        rows.ordinals[row] as number,
        ...rows.measures.map((values) => values[row] as number),
      ]);
    }
  }
  return found;
}

function expected({ first, last, where, sumTo }: Select): (string | number)[][] {
  const asked = (name: string, value: string): boolean =>
    where.every(({ column: named, values }) => named !== name || values.includes(value));
  const found = new Map<string, (string | number)[]>();
  for (const [project, type, day, edits, bytes] of lines) {
    if (day < first || day > last || !asked('project', project) || !asked('page_type', type)) continue;
    const period = sumTo ? ordinalAt('monthly', startOf('daily', day)) : day;
    const key = JSON.stringify([project, type, period]);
    const sum = found.get(key) ?? [project, type, period, 0, 0];
    found.set(key, [project, type, period, (sum[3] as number) + edits, (sum[4] as number) + bytes]);
  }
  const bytesOf = (row: (string | number)[]): Buffer => Buffer.from(`${row[0]}\0${row[1]}\0`);
  return [...found.values()].sort(
    (a, b) => Buffer.compare(bytesOf(a), bytesOf(b)) || (a[2] as number) - (b[2] as number),
  );
}

const named = [
  { column: 'project', values: [...PROJECTS, 'absent'] },
  { column: 'page_type', values: TYPES },
];

void test('the same rows in the same order, whether Hive sorts them or Kraken does', async () => {
  const whole = await rowsOf(question());
  assert.deepEqual(whole, expected(question()));
  assert.equal(whole.length, PROJECTS.length * TYPES.length * 5);
  assert.deepEqual(await rowsOf(question({ where: named })), whole);
});

void test('every value is found by itself', async () => {
  for (const project of PROJECTS) {
    const asked = question({
      where: [
        { column: 'project', values: [project] },
        { column: 'page_type', values: ['${env:HOME}'] },
      ],
    });
    assert.deepEqual(await rowsOf(asked), expected(asked), project);
  }
  const one = question({ where: [{ column: 'project', values: ['🐈'] }] });
  assert.deepEqual(await rowsOf(one), expected(one));
});

void test('days are summed into months alike by Hive and by Kraken', async () => {
  const march = { last: ordinal('daily', '20240331'), sumTo: 'monthly' } as const;
  const sums = expected(question(march));
  assert.deepEqual(await rowsOf(question(march)), sums);
  assert.deepEqual(await rowsOf(question({ ...march, where: named })), sums);
});

void test('a sum beyond 2^53-1 is refused by both', async () => {
  for (const where of [[], named]) {
    await assert.rejects(rowsOf(question({ sumTo: 'monthly', where })), (error) => {
      return error instanceof EngineError && error.message.includes('2^53-1');
    });
  }
});

void test('Hive opens the live versions of the span’s partitions and no other', async () => {
  for (const sorted of [true, false]) {
    const statement = selectStatement(database, question(), live.slice(1, 3), { sorted });
    const plan = (await column(sessions, `EXPLAIN DEPENDENCY ${statement?.sql}`)).join('');
    const { input_partitions } = JSON.parse(plan) as { input_partitions: { partitionName: string }[] };
    assert.deepEqual(
      new Set(input_partitions.map(({ partitionName }) => partitionName.split('@').at(-1))),
      new Set(['grain=daily/year=2024/month=3/version=3', 'grain=daily/year=2024/month=4/version=2']),
    );
  }
});

void test('without a live partition Hive isn’t asked', async () => {
  const before = sessions.statements;
  for await (const rows of selectRows(sessions, database, question(), [], soon()))
    assert.fail(`${rows.length} rows`);
  assert.equal(sessions.statements, before);
});

void test('a NULL that others wrote is refused, and so is a timestamp that is none', async () => {
  const stamp = formatTimestamp('YYYYMMDDHH', 'daily', ordinal('daily', '20240601'));
  const june = { grain: 'daily', year: 2024, month: 6, version: 1 } as const;
  const values = [
    `(NULL, 'x', '${stamp}', 1, 1, 'daily', 2024, 6, 1)`,
    `('p', 'y', '${stamp}', NULL, 1, 'daily', 2024, 6, 1)`,
  ];
  await sessions.execute(`INSERT INTO ${table} VALUES ${values.join(', ')}`, soon());
  const day = ordinal('daily', '20240601');
  for (const [type, message] of [
    ['x', /NULL in project/],
    ['y', /NULL in edits/],
  ] as const) {
    const asked = question({ first: day, last: day, where: [{ column: 'page_type', values: [type] }] });
    const read = async (): Promise<void> => {
      for await (const rows of selectRows(sessions, database, asked, [june], soon()))
        assert.fail(`${rows.length} rows`);
    };
    await assert.rejects(read, (error) => error instanceof EngineError && message.test(error.message));
  }
});
