import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { viewFolder } from '../../src/refine/view-reader.ts';
import { randomOf } from '../support/random.ts';
import { BROWSER, TestLake } from './lake.ts';

const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? 1);
const RUNS = 3;
const DAY_MS = Date.UTC(2026, 10, 29);
const HOUR_MS = 3_600_000;
const NEXT_NOON = DAY_MS + 36 * HOUR_MS;

interface Row {
  readonly stream: 'requests' | 'pageviews';
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Requests and views of four hours of a day by few people, some of whom turn out to be programs. */
function rowsOf(random: () => number): Row[] {
  const below = (limit: number): number => Math.floor(random() * limit);
  return Array.from({ length: 600 }, (_, nth): Row => {
    const dt = new Date(DAY_MS + (9 + below(4)) * HOUR_MS + below(HOUR_MS)).toISOString();
    const ip = `192.0.2.${below(4) === 0 ? below(200) : below(5)}`;
    const userAgent = below(8) === 0 ? 'Mozilla/5.0 Firefox/9' : BROWSER;
    const path = `/${below(30)}`;
    const common = { id: `e${nth}`, dt, user_agent: userAgent };
    if (below(3) === 0)
      return { stream: 'pageviews', fields: { ...common, address: ip, path, is_mobile: below(2) === 0 } };
    const request = {
      ...common,
      ip,
      uri_path: path,
      x_analytics: below(2) === 0 ? 'nocookies=1' : 'https=1',
    };
    return { stream: 'requests', fields: { ...request, http_status: below(6) === 0 ? '404' : '200' } };
  });
}

/** What a lake has in the end. */
async function outcomeOf(batches: readonly (readonly Row[])[]): Promise<object> {
  const lake = await TestLake.make(NEXT_NOON);
  try {
    for (const [nth, batch] of batches.entries()) {
      for (const stream of ['requests', 'pageviews'] as const) {
        const rows = batch.filter((row) => row.stream === stream).map(({ fields }) => fields);
        await lake[stream](...rows);
      }
      await lake.load();
      await lake.refine();
      // Names of actors follow from the day's key: all lakes have the same one.
      if (nth === 0) await writeFile(join(lake.lake, '_keys', '2026-11-29.key'), Buffer.alloc(32, 1));
      if (nth === 0) await lake.refine({ again: true });
    }
    const digest = async (path: string | undefined): Promise<string> =>
      path === undefined
        ? 'none'
        : createHash('sha256')
            .update(await readFile(join(viewFolder(lake.lake), path)))
            .digest('hex');
    const hours = await Promise.all(
      (await lake.hours()).map(async ([hour, { path, actors, rows, madeFrom }]) => ({
        hour,
        rows,
        labels: madeFrom.labels,
        views: await digest(path),
        actors: await digest(actors),
      })),
    );
    const { closedMs, projects } = await lake.manifest();
    return { hours, closedMs, projects: [...projects], views: await lake.views() };
  } finally {
    await lake.close();
  }
}

void test(`late rows in any order give the same bytes as all at once (seed ${SEED})`, async (context) => {
  for (let run = 0; run < RUNS; run++) {
    const random = randomOf(SEED * 100 + run);
    const rows = rowsOf(random);
    const expected = await outcomeOf([rows]);
    const shuffled = rows
      .map((row) => ({ row, place: random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ row }) => row);
    const batches: Row[][] = [];
    for (let from = 0; from < shuffled.length;) {
      const length = 1 + Math.floor(random() ** 3 * shuffled.length);
      batches.push(shuffled.slice(from, from + length));
      from += length;
    }
    const found = await outcomeOf(batches);
    const { views } = expected as { views: { agent: string }[] };
    const automated = views.filter(({ agent }) => agent === 'automated').length;
    context.diagnostic(`${batches.length} batches, ${views.length} views, ${automated} of them automated`);
    assert.ok(automated > 0 && automated < views.length);
    assert.deepEqual(found, expected);
  }
});
