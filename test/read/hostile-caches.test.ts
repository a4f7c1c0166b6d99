// Runs in a process of its own: it measures what its process holds.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'graphql';
import { documentStore } from '../../src/api/graphql/documents.ts';
import { encodeSeriesCell, encodeTopCell } from '../../src/core/cell/cell.ts';
import { makeCatalogue } from '../../src/core/metric/catalogue.ts';
import { cellPeriods, seriesKeyOf } from '../../src/core/cell/layout.ts';
import type { SeriesMetric } from '../../src/core/metric/metric.ts';
import { EMPTY_STATE, type TableState } from '../../src/core/time/table-state.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { AnswerCache } from '../../src/read/answer-cache.ts';
import { CellReader } from '../../src/read/cells.ts';
import { Guard } from '../../src/read/guard.ts';
import { Road, type RoadDeps } from '../../src/read/road.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import { growthBy } from '../support/memory.ts';

/* Each cache, filled by what makes it hold most beside what it counts. */

const MIB = 1024 * 1024;
const catalogue = makeCatalogue(METRICS);
const article = catalogue.byName.get('pageviews-per-article') as SeriesMetric;
const top = catalogue.byName.get('pageviews-top') as SeriesMetric;
const march = cellPeriods('series', { grain: 'daily', first: 19_783, last: 19_783 });
const day = cellPeriods('top', { grain: 'daily', first: 19_783, last: 19_783 });

function cellReader(cell: Uint8Array | undefined, maxBytes: number): CellReader {
  const store: Pick<SeriesStore, 'read'> = { read: (_table, keys) => Promise.resolve(keys.map(() => cell)) };
  return new CellReader(store as SeriesStore, new Guard('test', 60_000, { countsDeadlines: true }), maxBytes);
}

/** A text of a length that no other number has, as one piece. */
function longText(n: number, length: number): string {
  const digest = createHash('sha256').update(String(n)).digest('hex');
  return Buffer.from(digest.repeat(Math.ceil(length / 64)).slice(0, length)).toString();
}

void test('cells: one of each piece of memory that is kept in use', async () => {
  const cell = encodeSeriesCell(new Uint8Array(31).fill(1), [Float64Array.from({ length: 31 }, (_, i) => i)]);
  const reader = cellReader(cell, 4 * MIB);
  const read = (title: string): unknown =>
    reader.read(
      article,
      seriesKeyOf(article, ['en.wikipedia', 'desktop', 'user', title]),
      march,
      EMPTY_STATE,
    );
  const grown = await growthBy(async () => {
    for (let piece = 0; piece < 1500; piece++) {
      await Promise.all(Array.from({ length: 33 }, (_, i) => read(`${piece} ${i}`)));
      for (let other = 0; other < piece; other++) await read(`${other} 0`);
      if (piece > 200) piece += 9;
    }
  });
  assert.ok(grown < 8 * MIB, `${grown} bytes are held`);
  assert.ok(reader.usage.bytes <= 4 * MIB);
  assert.ok(reader.usage.cells > 100);
});

void test('cells: titles that nobody knows', async () => {
  const reader = cellReader(undefined, 4 * MIB);
  const grown = await growthBy(async () => {
    for (let turn = 0; turn < 40; turn++)
      await Promise.all(
        Array.from({ length: 1000 }, (_, i) => {
          const title = longText(turn * 1000 + i, i % 2 === 0 ? 12 : 1000);
          return reader.read(
            article,
            seriesKeyOf(article, ['en.wikipedia', 'desktop', 'user', title]),
            march,
            EMPTY_STATE,
          );
        }),
      );
  });
  assert.ok(grown < 7 * MIB, `${grown} bytes are held`);
});

void test('cells: lists of long titles', async () => {
  const length = 1000;
  const list = encodeTopCell({
    length,
    dimensions: [Array.from({ length }, (_, i) => longText(i, 500))],
    ranks: Array.from({ length }, (_, i) => i + 1),
    measures: [Array.from({ length }, (_, i) => 1e12 - i)],
  });
  const reader = cellReader(list, 8 * MIB);
  const grown = await growthBy(async () => {
    for (let i = 0; i < 100; i++)
      await reader.read(top, seriesKeyOf(top, [`${i}.wikipedia`, 'all-access']), day, EMPTY_STATE);
  });
  assert.ok(grown < 12 * MIB, `${grown} bytes are held`);
  assert.ok(reader.usage.cells > 2);
});

void test('answers: the shortest ones', async () => {
  const cache = new AnswerCache(4 * MIB);
  const grown = await growthBy(async () => {
    for (let i = 0; i < 20_000; i++)
      await cache.get(`json\0a question ${i}`, { version: 1, closed: true }, true, () =>
        Promise.resolve({ body: Buffer.from(`{"items":[${i}]}`), type: 'application/json' }),
      );
  });
  assert.ok(grown < 6 * MIB, `${grown} bytes are held`);
});

void test('plans of URLs: long ones, of many series, and with a query that is ignored', async () => {
  const program = fileURLToPath(new URL('./hostile-urls.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const { grown, planned } = JSON.parse(stdout) as { grown: number; planned: number };
  assert.ok(grown < 24 * MIB, `${grown} bytes are held`);
  assert.equal(planned, 1);
});

void test('plans of questions: over thousands of series, from tables that change', async () => {
  const stateOf = (version: number): TableState => ({
    version,
    partitions: new Map([['daily/2024-03', { version, removed: 0, rows: 1000 }]]),
    coverage: new Map([
      [
        'daily',
        new Map(
          Array.from({ length: 5000 }, (_, i) => [
            `${i}.wikipedia`,
            [{ first: 19_783, last: 19_813, complete: true }],
          ]),
        ),
      ],
    ]),
  });
  let state = stateOf(1);
  const watch = { epoch: 1, stateOf: () => state, historyOf: () => undefined };
  const road = new Road({ catalogue, watch, clock: Date } as unknown as RoadDeps);
  const question = (limit: number): unknown => ({
    metric: 'pageviews-aggregate',
    range: '2024-03-01..2024-03-10',
    by: ['project'],
    limit,
  });
  const grown = await growthBy(async () => {
    for (let i = 1; i <= 150; i++) road.plan(road.question(question(i)));
    for (let i = 1; i <= 40; i++) {
      state = stateOf(i);
      watch.epoch++;
      road.plan(road.question(question(1)));
      await new Promise(setImmediate);
    }
  });
  assert.ok(grown < 30 * MIB, `${grown} bytes are held`);
});

void test('documents of GraphQL: as many tokens as there may be', async () => {
  const store = documentStore(8 * MIB);
  const grown = await growthBy(async () => {
    for (let i = 0; i < 100; i++) {
      const document = parse(`{ ${'a '.repeat(4000)} b${i} }`);
      await store.set(`${i}`, document);
    }
  });
  assert.ok(grown < 12 * MIB, `${grown} bytes are held`);
  assert.ok(await store.get('99'));
});
