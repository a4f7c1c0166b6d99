/**
 * Ten questions of analysts over ten million rows in the lake, beside the SQL that each equals in a DuckDB of its own, in
 * turns. Both read the same Parquet files with two threads. CPU time is that of this process, user and system.
 * `node dist/bench/analysts.js [--rows 10000000] [--rounds 7]`
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { openSeriesStore, openWarehouse } from '../src/config/engines.ts';
import { readConfig } from '../src/config/config.ts';
import { makeCatalogue } from '../src/core/metric/catalogue.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import type { QueryAnswer } from '../src/core/question/query-answer.ts';
import { FORMATS } from '../src/formats/formats.ts';
import { cellsOf } from '../src/formats/query.ts';
import { editsAggregate } from '../src/metrics/edits-aggregate.ts';
import { pageviewsPerArticle } from '../src/metrics/pageviews-per-article.ts';
import { buildRoad } from '../src/setup/build-road.ts';
import { coversOf, DAYS, edits, PROJECTS, views } from './analysts-rows.ts';
import { QUESTIONS } from './analysts-questions.ts';
import { median } from './measure/numbers.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '7' } },
});
const signal = new AbortController().signal;

interface Taken {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Taken & { found: T }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const found = await work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, found };
}

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const config = readConfig({}, { data: folder });
const warehouse = await openWarehouse(config.warehouse);
const store = await openSeriesStore(config.series);
try {
  const lease = await warehouse.lease('a benchmark', signal);
  const articles = Math.ceil(Number(values.rows) / (PROJECTS * DAYS));
  const loads = [
    { table: tableOf(pageviewsPerArticle), rows: views(articles), covers: () => coversOf('daily') },
    { table: tableOf(editsAggregate), rows: edits(), covers: () => coversOf('monthly') },
  ];
  for (const load of loads) {
    const { wallMs, found } = await timed(() => warehouse.write({ ...load, remove: [] }, signal));
    console.log(`${found.rows} rows of ${load.table.name} were written in ${(wallMs / 1000).toFixed(1)} s`);
  }
  await lease.release();
  const catalogue = makeCatalogue([pageviewsPerArticle, editsAggregate]);
  const { road, watch } = buildRoad({ config, catalogue, store, warehouse, clock: Date });
  await watch.refresh();
  const duckdb = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  for (const [name, table] of [
    ['views', 'pageviews_per_article'],
    ['edits', 'edits_aggregate'],
  ] as const) {
    const pattern = join(folder, 'lake', table, 'grain=*/year=*/month=*/version=*/*.parquet');
    const found = await duckdb.runAndReadAll(`SELECT file FROM glob('${pattern}')`);
    const list = found.getRows().map(([file]) => `'${String(file)}'`);
    await duckdb.run(
      `CREATE VIEW ${name} AS SELECT * FROM read_parquet([${list.join(', ')}], hive_partitioning = false)`,
    );
  }
  const ask = async (question: object): Promise<QueryAnswer> => {
    const answer = await road.read(road.plan(road.question(question)), signal);
    FORMATS.json.renderQuery(answer);
    return answer;
  };
  const say = async (sql: string): Promise<unknown[][]> => {
    const rows = await (await duckdb.runAndReadAll(sql)).getRowsJson();
    JSON.stringify(rows);
    return rows;
  };
  const ratios: number[] = [];
  for (const { asks, question, sql } of QUESTIONS) {
    const kraken: Taken[] = [];
    const alone: Taken[] = [];
    for (let round = -1; round < Number(values.rounds); round++) {
      const ours = await timed(() => ask(question));
      const theirs = await timed(() => say(sql));
      if (round < 0) assertSame(ours.found, theirs.found);
      else {
        kraken.push(ours);
        alone.push(theirs);
      }
    }
    const middle = (of: readonly Taken[], what: keyof Taken): number => median(of.map((one) => one[what]));
    const ratio = middle(kraken, 'cpuMs') / middle(alone, 'cpuMs');
    ratios.push(ratio);
    const text = (of: readonly Taken[]): string =>
      `${middle(of, 'wallMs').toFixed(0)} ms (CPU ${middle(of, 'cpuMs').toFixed(0)} ms)`;
    console.log(`| ${asks} | ${text(kraken)} | ${text(alone)} | ${ratio.toFixed(2)} |`);
  }
  console.log(`the highest ratio of CPU time: ${Math.max(...ratios).toFixed(2)}`);
} finally {
  await Promise.all([store.close(), warehouse.close()]);
  await rm(folder, { recursive: true });
}

/** Checks that an answer has the numbers that the SQL gives. Those of compared periods, which only the answer has, don't count. */
function assertSame(answer: QueryAnswer, rows: readonly (readonly unknown[])[]): void {
  const { query } = answer.plan;
  const count = query.by.length + (query.grain ? 1 : 0) + query.measures.length;
  const found = answer.rows.map((row) => cellsOf(answer, row).slice(0, count));
  // Sums of DuckDB are HUGEINT, which its JSON writes as texts.
  const isSame = (row: readonly unknown[], i: number): void => {
    const expected = rows[i]?.map((cell, at) => (typeof row[at] === 'number' ? Number(cell) : cell));
    assert.deepEqual(row, expected);
  };
  assert.equal(found.length, rows.length);
  found.forEach(isSame);
}
