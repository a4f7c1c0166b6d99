/**
 * Questions of /query that the warehouse answers, over generated rows of edits in DuckDB: cold, so that
 * the statement runs each time, and warm, from the cache.
 * `node dist/bench/query.js [--rows 10000000] [--rounds 9]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRoad } from '../src/setup/build-road.ts';
import { readConfig } from '../src/config/config.ts';
import { makeCatalogue } from '../src/core/metric/catalogue.ts';
import type { Rows } from '../src/core/metric/table.ts';
import { tableOf } from '../src/core/metric/metric-table.ts';
import { ordinalAt } from '../src/core/time/time.ts';
import { openSeriesStore, openWarehouse } from '../src/config/engines.ts';
import { FORMATS } from '../src/formats/formats.ts';
import { editsAggregate } from '../src/metrics/edits-aggregate.ts';
import { median } from './measure/numbers.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '9' } },
});
const rounds = Number(values.rounds);
const TYPES = ['all-editor-types', 'anonymous', 'group-bot', 'name-bot', 'user'];
const PAGES = ['all-page-types', 'content', 'non-content'];
const PROJECTS = 365;
const DAYS = Math.ceil(Number(values.rows) / (PROJECTS * TYPES.length * PAGES.length));
const FIRST = ordinalAt('daily', Date.UTC(2020, 0, 1));
const table = tableOf(editsAggregate);
const signal = new AbortController().signal;
const projectOf = (n: number): string => `p${String(n).padStart(3, '0')}.wikipedia`;

/** A project's rows, in batches: as an export has them, series after series. */
async function* rows(): AsyncGenerator<Rows> {
  for (let project = 0; project < PROJECTS; project++) {
    for (const type of TYPES) {
      for (const page of PAGES) {
        const of = <T>(make: (i: number) => T): T[] => Array.from({ length: DAYS }, (_, i) => make(i));
        const batch = {
          length: DAYS,
          grain: 'daily' as const,
          ordinals: of((i) => FIRST + i),
          dimensions: [of(() => projectOf(project)), of(() => type), of(() => page)],
          entry: [],
          measures: [of((i) => (i * 7919 + project * 104_729) % 10_007)],
        };
        yield await Promise.resolve(batch);
      }
    }
  }
}

const year = (n: number): string => String(2020 + n);
const YEARS = Math.max(Math.floor(DAYS / 365), 1);
/** Each has a part that differs from round to round, so that nothing is kept of it. */
const QUESTIONS: readonly (readonly [string, (round: number) => object])[] = [
  [
    'the weeks of one project in a year',
    (n) => ({
      by: 'editor-type',
      grain: 'weekly',
      range: year(n % YEARS),
      where: { project: projectOf(n * 31) },
    }),
  ],
  [
    'the ten projects with most edits in a month',
    (n) => ({
      by: 'project',
      where: { 'editor-type': 'user' },
      range: `${year(n % YEARS)}-0${(n % 9) + 1}`,
      limit: 10,
    }),
  ],
  [
    'the ten projects with most edits in a year, against the one before',
    (n) => ({
      by: 'project',
      where: { 'editor-type': 'user' },
      range: year(1 + (n % Math.max(YEARS - 1, 1))),
      compare: year(n % Math.max(YEARS - 1, 1)),
      limit: 10 + n,
    }),
  ],
  [
    'every kind of editor over all projects and days',
    (n) => ({
      by: 'editor-type',
      where: { project: { not: projectOf(n) } },
      range: `2020..${year(YEARS - 1)}`,
    }),
  ],
  [
    'every kind of page over all projects and days',
    (n) => ({
      by: 'page-type',
      where: { project: { not: projectOf(n) } },
      range: `2020..${year(YEARS - 1)}`,
    }),
  ],
  [
    'every kind of editor and page over all projects and days',
    (n) => ({
      by: ['editor-type', 'page-type'],
      where: { project: { not: projectOf(n) } },
      range: `2020..${year(YEARS - 1)}`,
    }),
  ],
];

const shown = (times: readonly number[]): string => `${median(times).toFixed(2)} ms`;

const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
const config = readConfig({}, { data: folder });
const warehouse = await openWarehouse(config.warehouse);
const store = await openSeriesStore(config.series);
try {
  const started = performance.now();
  const lease = await warehouse.lease('a benchmark', signal);
  const covers = Array.from({ length: PROJECTS }, (_, n) => ({
    grain: 'daily' as const,
    scope: projectOf(n),
    first: FIRST,
    last: FIRST + DAYS - 1,
    complete: true,
  }));
  const written = await warehouse.write({ table, remove: [], rows: rows(), covers: () => covers }, signal);
  await lease.release();
  console.log(`${written.rows} rows were written in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const { road, watch } = buildRoad({
    config,
    catalogue: makeCatalogue([editsAggregate]),
    store,
    warehouse,
    clock: Date,
  });
  await watch.refresh();
  for (const [name, questionOf] of QUESTIONS) {
    const [cold, warm, plans]: number[][] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const question = { metric: 'edits-aggregate', ...questionOf(round) };
      for (const times of [cold, warm]) {
        const asked = performance.now();
        const plan = road.plan(road.question(question));
        plans?.push(performance.now() - asked);
        await road.rendered(
          plan,
          'json',
          (answer) => ({ body: FORMATS.json.renderQuery(answer), type: '' }),
          signal,
        );
        times?.push(performance.now() - asked);
      }
    }
    console.log(
      `${name}: cold ${shown(cold ?? [])}, warm ${shown(warm ?? [])}, of which planning ${shown(plans ?? [])}`,
    );
  }
} finally {
  await Promise.all([store.close(), warehouse.close()]);
  await rm(folder, { recursive: true });
}
