import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import type { RowsPlan } from '../../../src/core/question/plan.ts';
import type { QueryAnswer } from '../../../src/core/question/query-answer.ts';
import { columnsOf, cellsOf } from '../../../src/formats/query.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { anyDerivedQuestion, closeItemsOf, type DerivedQuestion } from '../../support/derived-questions.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { openReference, referenceAnswer } from './reference-sql.ts';
import { ask, askGraphql, type Row } from './support.ts';

/* Each derived number equals what DuckDB's own SQL says of the exported rows, whoever answers. */

const NAMES = ['edits-aggregate', 'unique-devices', 'pageviews-aggregate', 'bytes-difference-net-aggregate'];
const TESTED = METRICS.filter(({ name }) => NAMES.includes(name));

const RUNS = 60;

let gateway: Gateway;
let reference: DuckDBConnection;
before(async () => {
  gateway = await startGateway();
  for (const metric of TESTED) await gateway.load(metric.name, closeItemsOf(metric), { complete: true });
  reference = await openReference();
});
after(async () => {
  reference.closeSync();
  await gateway.close();
});

/** All pages of a plan's answer, by one engine or the other. */
async function answerOf(question: object, route: RowsPlan['route']): Promise<QueryAnswer> {
  const { road } = gateway.app;
  const rows: QueryAnswer['rows'][number][] = [];
  let cursor: string | null = null;
  for (;;) {
    const plan = road.plan(road.question({ ...question, cursor }));
    const answer: QueryAnswer = await road.read(by(plan, route), new AbortController().signal);
    rows.push(...answer.rows);
    if (answer.cursor === null) return { ...answer, rows };
    cursor = answer.cursor;
  }
}

/** The same plan, sent to one of the engines. */
function by(plan: RowsPlan, route: RowsPlan['route']): RowsPlan {
  const state = gateway.app.road.watch.stateOf(plan.metric, route);
  return { ...plan, route, state, key: `${plan.key} ${route}` };
}

function rowsOf(answer: QueryAnswer): Row[] {
  const columns = columnsOf(answer);
  const rows = [...answer.rows, ...(answer.total ? [answer.total] : [])];
  return rows.map((row) => {
    const cells = cellsOf(answer, row);
    return Object.fromEntries(columns.map((name, i) => [name, cells[i] as string | number | null]));
  });
}

const daysIn = ({ start, end }: { start: string; end: string }): number =>
  (Date.parse(end) - Date.parse(start)) / 86_400_000 + 1;

/** A question for the rows that the derived numbers are made of. */
function exportOf(question: DerivedQuestion): object {
  const {
    measures,
    order: _,
    having: _having,
    top: _top,
    within: _within,
    others: _others,
    ...rest
  } = question;
  return { ...rest, measures: measures.slice(0, 1), limit: 10_000, total: false };
}

void describe('each derived number equals what DuckDB says of the exported rows, from memory and by SQL', () => {
  for (const metric of TESTED) {
    void test(`of ${metric.name}`, async () => {
      let compared = 0;
      await fc.assert(
        fc.asyncProperty(anyDerivedQuestion(metric), async (question) => {
          const exported = await ask(gateway, exportOf(question));
          const range = exported.query.range as { start: string; end: string };
          const expected = await referenceAnswer(reference, question, exported.rows, daysIn(range));
          const found = await answerOf(question, metric.home);
          const plain = rowsOf({ ...found, total: undefined }).filter(({ others: is }) => is !== 'true');
          const columns = [...question.by, ...(question.grain ? ['timestamp'] : []), ...question.measures];
          assert.deepEqual(
            plain.map((row) => columns.map((name) => row[name])),
            expected.rows,
          );
          if (question.others) {
            const within = question.within ?? [];
            const rest = rowsOf({ ...found, total: undefined })
              .filter(({ others: is }) => is === 'true')
              .map((row) => [...within, question.measures[0] as string].map((name) => row[name]));
            const inOrder = (rows: readonly (readonly unknown[])[]) =>
              rows.map((row) => JSON.stringify(row)).toSorted();
            assert.deepEqual(inOrder(rest), inOrder(expected.others));
          }
          if (metric.home === 'series' && metric.grains[found.plan.source] !== 'stored or summed')
            assert.deepEqual(rowsOf(await answerOf(question, 'warehouse')), rowsOf(found));
          compared += plain.length;
        }),
        { numRuns: RUNS },
      );
      assert.ok(compared > 200, `only ${compared} rows were compared`);
    });
  }
});

void test('REST and GraphQL give the same derived numbers', async () => {
  const [metric] = TESTED;
  assert.ok(metric);
  await fc.assert(
    fc.asyncProperty(anyDerivedQuestion(metric), async (question) => {
      const { rows } = await ask(gateway, question);
      const graph = await askGraphql(gateway, { ...question });
      assert.deepEqual(
        graph.map((row) => question.measures.map((name) => row[name])),
        rows.map((row) => question.measures.map((name) => row[name])),
      );
    }),
    { numRuns: 10 },
  );
});

void describe('a ratio of two metrics', () => {
  const question = { by: ['project'], grain: 'monthly', range: '2023-12..2024-12', limit: 10_000 };

  for (const [metric, other, measure, divisor, route] of [
    ['pageviews-aggregate', 'unique-devices', 'views', 'devices', 'series'],
    ['pageviews-aggregate', 'edits-aggregate', 'views', 'edits', 'warehouse'],
  ] as const) {
    void test(`${metric} per ${other} is the quotient of both answers, null where the other one is 0 or has no row`, async () => {
      const where = { project: ['de.wikipedia', 'en.wikipedia', 'xx.wikipedia'] };
      const name = `${measure}_per_${other}`;
      const asked = { metric, where, ...question, measures: [measure, name] };
      const answer = await ask(gateway, asked);
      assert.equal(answer.route, route);
      assert.deepEqual((answer as { units?: unknown }).units, {
        [measure]: measure,
        [name]: `${measure}/${divisor}`,
      });
      const divisors = await ask(gateway, { metric: other, where, ...question, measures: [divisor] });
      const keyOf = (row: Row): string => `${row.project} ${row.timestamp}`;
      const known = new Map(divisors.rows.map((row) => [keyOf(row), Number(row[divisor])]));
      assert.deepEqual(
        answer.rows.map((row) => row[name]),
        answer.rows.map((row) => {
          const number = known.get(keyOf(row)) ?? 0;
          return number === 0 ? null : Number(row[measure]) / number;
        }),
      );
      assert.ok(
        answer.rows.some((row) => row[name] !== null),
        'no row has a ratio',
      );
      // It is planned and priced as both questions are.
      const alone = await ask(gateway, { ...asked, measures: [measure], dryRun: true });
      assert.ok(answer.cost > alone.cost);
    });
  }

  void test('its total is the quotient of both totals', async () => {
    const name = 'views_per_edits-aggregate';
    const asked = { metric: 'pageviews-aggregate', ...question, measures: ['views', name], total: true };
    const { total } = await ask(gateway, asked);
    const edits = await ask(gateway, { metric: 'edits-aggregate', ...question, total: true });
    assert.equal(total?.[name], Number(total?.views) / Number(edits.total?.edits));
  });
});

void describe('a row of all others', () => {
  const question = {
    metric: 'edits-aggregate',
    by: 'page-type',
    range: '2023-12..2024-02',
    grain: 'monthly',
    where: { 'editor-type': 'anonymous', project: ['de.wikipedia', 'en.wikipedia'] },
    measures: ['edits', 'edits_share_within_timestamp', 'edits_rank'],
    top: 1,
    within: 'timestamp',
    others: true,
  };

  void test('is the last of its group: marked in JSON, in a column of tables and in GraphQL', async () => {
    const { rows } = await ask(gateway, question);
    assert.ok(rows.length >= 4);
    rows.forEach((row, i) => {
      const isOthers = i % 2 === 1;
      assert.equal((row as { others?: true }).others, isOthers ? true : undefined);
      assert.equal(row['page-type'] === null, isOthers);
      assert.equal(row.edits_rank === null, isOthers);
      if (!isOthers) return;
      const sum =
        Number(rows[i - 1]?.edits_share_within_timestamp) + Number(row.edits_share_within_timestamp);
      assert.ok(Math.abs(sum - 1) < 1e-12, `${sum}`);
      assert.equal(row.timestamp, rows[i - 1]?.timestamp);
    });
    const csv = await gateway.agent().post('/query?format=csv').send(question);
    const lines = csv.text.trimEnd().split('\r\n');
    assert.equal(lines[0], 'page-type,timestamp,edits,edits_share_within_timestamp,edits_rank,others');
    assert.deepEqual(
      lines.slice(1).map((line) => line.endsWith(',true')),
      rows.map((_, i) => i % 2 === 1),
    );
    const query = `{ query(input: {metric: "edits-aggregate", by: ["page-type"], range: "2023-12..2024-02", grain: "monthly",
      where: [{dimension: "editor-type", values: ["anonymous"]}, {dimension: "project", values: ["de.wikipedia", "en.wikipedia"]}], measures: ["edits_share"], top: 1, within: ["timestamp"], others: true})
      { rows { others measures { name unit } } } }`;
    const graph = await gateway.agent().post('/graphql').send({ query });
    const { data } = graph.body as { data: { query: { rows: { others: boolean; measures: unknown[] }[] } } };
    assert.deepEqual(
      data.query.rows.map(({ others }) => others),
      rows.map((_, i) => i % 2 === 1),
    );
    assert.deepEqual(data.query.rows[0]?.measures, [{ name: 'edits_share', unit: 'ratio' }]);
  });

  void test('comes once in the pages of an answer', async () => {
    const whole = await ask(gateway, question);
    const paged: Row[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask(gateway, { ...question, limit: 3, cursor });
      paged.push(...page.rows);
      cursor = page.cursor;
    } while (cursor !== null);
    assert.deepEqual(paged, whole.rows);
  });
});

void test('where no row meets having, the answer says so', async () => {
  const asked = { metric: 'edits-aggregate', by: 'project', range: '2024', having: 'edits>1e9' };
  const answer = await ask(gateway, asked);
  assert.deepEqual(answer.rows, []);
  assert.match((answer as { hint?: string }).hint ?? '', /No row meets having/);
});
