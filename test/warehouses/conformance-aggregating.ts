import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Aggregation, Condition } from '../../src/core/question/aggregation.ts';
import { formatTimestamp, ordinalAt, startOf, type Grain } from '../../src/core/time/time.ts';
import { compareUtf8 } from '../../src/core/value/utf8-order.ts';
import type { Table } from '../../src/core/metric/table.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import type { With } from './conformance.ts';
import { flatTable, never, ordinal, rowsOf, write, type Row } from './fixtures.ts';

/** Texts that would break a statement built from them without escaping. */
const PROJECTS = [
  "o'neill",
  'a"; DROP TABLE x --',
  '${env:HOME}',
  'all-a',
  'all-b',
  'Ä_🐈',
  'a%b',
  'a_b',
  'a\\b',
];
const TYPES = ['x', 'y', 'z'];
const FIRST = ordinal('daily', '20231220');
const DAYS = 50;
/** The places of January's first and last day among the days. */
const JANUARY = { first: 12, last: 42 };

const ROWS: readonly Row[] = PROJECTS.flatMap((project, p) =>
  TYPES.flatMap((type, t) =>
    Array.from({ length: DAYS }, (_, i) => i)
      .filter((i) => (i + p + t) % 4 !== 0)
      .map((i) => ({
        of: [project, type],
        at: formatTimestamp('YYYYMMDD', 'daily', FIRST + i),
        is: [(p * 31 + t * 7 + i) % 97, i],
      })),
  ),
);

const ALL: Aggregation = {
  table: flatTable,
  grain: 'daily',
  first: FIRST,
  last: FIRST + DAYS - 1,
  where: [],
  except: [],
  least: [],
  by: [],
  period: undefined,
  measures: ['edits', 'bytes'],
  order: [],
  offset: 0,
  limit: 10_000,
};

/** Returns the groups as lists: values, period, measures. */
async function groups(warehouse: Warehouse, asked: Aggregation): Promise<(string | number)[][]> {
  const found: (string | number)[][] = [];
  for await (const { length, values, ordinals, measures } of warehouse.aggregate(asked, never))
    for (let i = 0; i < length; i++)
      found.push([
        ...values.map((column) => column[i] as string),
        ...(ordinals ? [ordinals[i] as number] : []),
        ...measures.map((column) => column[i] as number),
      ]);
  return found;
}

function holds(condition: Condition, row: Row): boolean {
  const text = row.of[condition.column === 'project' ? 0 : 1] as string;
  switch (condition.test) {
    case 'in':
      return condition.values.includes(text);
    case 'not in':
      return !condition.values.includes(text);
    case 'prefix':
      return text.startsWith(condition.text);
    case 'not prefix':
      return !text.startsWith(condition.text);
  }
}

/** Computes the same groups with a plain loop. */
function expected(asked: Aggregation): (string | number)[][] {
  const sums = new Map<string, { values: string[]; period: number[]; measures: number[] }>();
  for (const row of ROWS) {
    const at = ordinal('daily', row.at);
    const isException = asked.except.some(
      ({ where, first, last }) =>
        at >= first &&
        at <= last &&
        where.every(({ column, value }) => holds({ column, test: 'in', values: [value] }, row)),
    );
    const isLess = asked.least.some(
      ({ column, least }) => (row.is[column === 'edits' ? 0 : 1] as number) < least,
    );
    if (
      at < asked.first ||
      at > asked.last ||
      isException ||
      isLess ||
      !asked.where.every((one) => holds(one, row))
    )
      continue;
    const values = asked.by.map((column) => row.of[column === 'project' ? 0 : 1] as string);
    const period = asked.period ? [ordinalAt(asked.period, startOf('daily', at))] : [];
    const key = JSON.stringify([values, period]);
    const group = sums.get(key) ?? { values, period, measures: asked.measures.map(() => 0) };
    asked.measures.forEach((name, m) => {
      group.measures[m] = (group.measures[m] as number) + (row.is[name === 'edits' ? 0 : 1] as number);
    });
    sums.set(key, group);
  }
  const cell = (
    { values, period, measures }: { values: string[]; period: number[]; measures: number[] },
    column: string,
  ) =>
    column === 'timestamp'
      ? (period[0] as number)
      : asked.by.includes(column)
        ? (values[asked.by.indexOf(column)] as string)
        : (measures[asked.measures.indexOf(column)] as number);
  const sorted = [...sums.values()].sort((a, b) => {
    for (const { column, descending } of asked.order) {
      const [x, y] = [cell(a, column), cell(b, column)];
      const difference = typeof x === 'string' ? compareUtf8(x, y as string) : x - (y as number);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  return sorted
    .slice(asked.offset, asked.offset + asked.limit)
    .map(({ values, period, measures }) => [...values, ...period, ...measures]);
}

const condition = (column: string, values: readonly string[]): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({
      column: fc.constant(column),
      test: fc.constantFrom('in' as const, 'not in' as const),
      values: fc.uniqueArray(fc.constantFrom(...values, "' OR 1=1 --", 'nonesuch'), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    fc.record({
      column: fc.constant(column),
      test: fc.constantFrom('prefix' as const, 'not prefix' as const),
      text: fc.constantFrom('a', 'all-', "o'", '${', 'Ä_', '🐈', 'a%', 'a_', 'a\\', '%'),
    }),
  );

const anyAggregation: fc.Arbitrary<Aggregation> = fc
  .record({
    by: fc.subarray(['project', 'page_type']),
    period: fc.constantFrom<Grain | undefined>('daily', 'weekly', 'monthly', 'yearly', undefined),
    where: fc.array(fc.oneof(condition('project', PROJECTS), condition('page_type', TYPES)), {
      maxLength: 3,
    }),
    // Whole months are asked for as often as any days.
    from: fc.oneof(fc.nat(DAYS - 1), fc.constantFrom(0, JANUARY.first)),
    to: fc.oneof(fc.nat(DAYS - 1), fc.constantFrom(JANUARY.last, DAYS - 1)),
    least: fc.constantFrom([], [{ column: 'edits', least: 20 }]),
    except: fc.constantFrom('nothing', 'days', 'a month'),
    byMeasure: fc.boolean(),
    descending: fc.boolean(),
    offset: fc.constantFrom(0, 0, 1, 5),
    limit: fc.constantFrom(1, 3, 10_000),
  })
  .map(({ from, to, except, byMeasure, descending, ...rest }): Aggregation => {
    const [first, last] = [Math.min(from, to) + FIRST, Math.max(from, to) + FIRST];
    const keys = [...rest.by, ...(rest.period ? ['timestamp'] : [])];
    return {
      ...ALL,
      ...rest,
      first,
      last,
      except:
        except === 'days'
          ? [{ where: [{ column: 'project', value: "o'neill" }], first: first + 2, last: first + 9 }]
          : except === 'a month'
            ? [
                {
                  where: [{ column: 'page_type', value: 'x' }],
                  first: FIRST + JANUARY.first,
                  last: FIRST + JANUARY.last,
                },
              ]
            : [],
      order: [...(byMeasure ? ['edits'] : []), ...keys].map((column) => ({ column, descending })),
    };
  });

/** The promises of aggregating: the groups that a plain loop finds, in the requested order. */
export function aggregatingConformance(name: string, withWarehouse: With, runs = 60): void {
  void describe(`${name}: aggregating`, () => {
    void test(
      'groups are what a plain loop over the rows finds, whatever the texts',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', ROWS)]);
        assert.deepEqual(await groups(warehouse, ALL), expected(ALL));
        await fc.assert(
          fc.asyncProperty(anyAggregation, async (asked) => {
            assert.deepEqual(await groups(warehouse, asked), expected(asked));
          }),
          { numRuns: runs },
        );
      }),
    );

    void test(
      'decimals add up exactly in any order, and so do days into months',
      withWarehouse(async ({ warehouse }) => {
        const table: Table = {
          name: 'decimals',
          dimensions: [{ name: 'project', type: 'text' }],
          entry: [],
          measures: [
            { name: 'kilos', type: 'decimal' },
            { name: 'share', type: 'decimal', nullable: true },
          ],
          ranking: undefined,
        };
        const written: readonly (readonly [project: string, kilos: number, share: number])[] = [
          ['a', 0.1, 0.0001],
          ['a', 0.2, 0.0002],
          ['a', 123456789012.25, 1e-15],
          ['a', -0.3, 0.7],
          ['b', 12345.67, 0.1],
          ['b', 0.000000001, NaN],
          // A value with more decimals than are exact, alone and beside others.
          ['c', 0.0003333333333333333, 1 / 3],
          ['d', 0.0123456789012345, 0.5],
          ['d', 0.5, 0.25],
          ['e', 1e300, 2e-300],
        ];
        const rows = written.map(([project, ...is], i) => ({ of: [project], at: `202401${10 + i}`, is }));
        await write(warehouse, table, [rowsOf(table, 'daily', rows)]);
        const sums = [
          ['a', 123456789012.25, 0.700300000000001],
          ['b', 12345.670000001, null],
          ['c', 0.0003333333333333333, 1 / 3],
          ['d', 0.5123456789012345, 0.75],
          ['e', 1e300, 2e-300],
        ];
        const span = { table, grain: 'daily' as const, first: ordinal('daily', '20240101') };
        const last = ordinal('daily', '20240131');
        const order = [{ column: 'project', descending: false }];
        const asked = { ...ALL, ...span, last, by: ['project'], measures: ['kilos', 'share'], order };
        assert.deepEqual(await groups(warehouse, asked), sums);
        const month = warehouse.select({ ...span, last, where: [], sumTo: 'monthly' }, never);
        const months: unknown[] = [];
        for await (const { length, dimensions, measures } of month)
          for (let i = 0; i < length; i++)
            months.push([dimensions[0]?.[i], ...measures.map((column) => column[i])]);
        assert.deepEqual(
          months,
          sums.map((row) => row.map((cell) => cell ?? NaN)),
        );
      }),
    );

    void test(
      'an offset beyond the last group returns nothing, even where there is only one group',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', ROWS)]);
        const one: Condition = { column: 'project', test: 'in', values: ["o'neill"] };
        const order = [{ column: 'project', descending: false }];
        const single: readonly Aggregation[] = [
          { ...ALL, by: [], period: undefined, order: [] },
          { ...ALL, by: ['project'], period: undefined, where: [one], order },
          { ...ALL, by: [], period: 'daily', last: ALL.first, order: [] },
        ];
        for (const asked of single) {
          assert.equal((await groups(warehouse, { ...asked, limit: 3 })).length, 1);
          assert.deepEqual(await groups(warehouse, { ...asked, offset: 1, limit: 3 }), []);
        }
      }),
    );

    void test(
      'a name that is no column is refused before a statement is made',
      withWarehouse(async ({ warehouse }) => {
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', ROWS.slice(0, 10))]);
        const wrong: readonly Partial<Aggregation>[] = [
          { by: ['edits'] },
          { by: ['project"; --'] },
          { measures: ['project'] },
          { measures: [] },
          { where: [{ column: '1=1 OR project', test: 'in', values: ['a'] }] },
          { except: [{ where: [{ column: 'x', value: 'a' }], first: 1, last: 2 }] },
          { least: [{ column: 'edits', least: Number.NaN }] },
          { order: [{ column: 'project', descending: true }] },
          { limit: 1.5 },
          { period: 'hourly' },
        ];
        for (const part of wrong) await assert.rejects(groups(warehouse, { ...ALL, ...part }), TypeError);
      }),
    );

    void test(
      'without rows there is no group, and an aborted read rejects with the reason',
      withWarehouse(async ({ warehouse }) => {
        assert.deepEqual(await groups(warehouse, ALL), []);
        await write(warehouse, flatTable, [rowsOf(flatTable, 'daily', ROWS.slice(0, 10))]);
        const none: Condition = { column: 'project', test: 'in', values: ['nonesuch'] };
        assert.deepEqual(await groups(warehouse, { ...ALL, where: [none] }), []);
        assert.deepEqual(await groups(warehouse, { ...ALL, where: [{ ...none, values: [] }] }), []);
        await assert.rejects(async () => {
          for await (const _ of warehouse.aggregate(ALL, AbortSignal.abort(new Error('before')))) {
            // Nothing comes.
          }
        }, /before/);
      }),
    );
  });
}
