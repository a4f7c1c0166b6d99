import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../../src/core/engine-error.ts';
import { HOUR_MS, ordinalAt } from '../../src/core/time/time.ts';
import type { Counting } from '../../src/core/question/counting.ts';
import type { OpenCounter } from '../../src/live/open-counter.ts';
import { ViewRows } from '../../src/live/view-rows.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { SIGNAL } from '../load/engines.ts';
import { TestLake } from '../refine/lake.ts';
import { countedRows, counterOf } from './counted.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const MINE = { project: ['blog.example.net'], access: ['all-access'], agent: ['all-agents'] };

async function lakeAt(t: Pick<TestContext, 'after'>, nowMs: number): Promise<TestLake> {
  const lake = await TestLake.make(nowMs);
  t.after(() => lake.close());
  return lake;
}

/** Views of the blog's articles, of yesterday and today. */
async function views(open: OpenCounter, lake: TestLake): Promise<string[]> {
  const day = ordinalAt('daily', lake.clock.ms);
  const rows = await countedRows(
    open,
    pageviewsPerArticle,
    { grain: 'daily', first: day - 1, last: day },
    MINE,
  );
  const sums = new Map<string, number>();
  for (const row of rows) {
    const [article = '', count] = row.split(' ').slice(4);
    sums.set(article, (sums.get(article) ?? 0) + Number(count));
  }
  return [...sums].map(([article, count]) => `${article} ${count}`).sort();
}

async function goOn({ counter }: OpenCounter, lake: TestLake): Promise<void> {
  lake.clock.ms += 1_000;
  await counter.round(SIGNAL);
}

test('views count as soon as the log has them, and leave the memory when the lake has them', async (t) => {
  const lake = await lakeAt(t, NOON + 10_000);
  const open = await counterOf(t, lake);
  const dt = new Date(NOON + 5_000).toISOString();
  await goOn(open, lake);
  assert.deepEqual(await views(open, lake), []);
  await lake.pageviews({ dt, path: '/a' }, { dt, path: '/b' }, { dt, path: '/a' });
  await goOn(open, lake);
  assert.deepEqual(await views(open, lake), ['/a 2', '/b 1']);
  assert.equal((open.counter.counting as Counting).asOfMs, lake.clock.ms);
  await lake.load();
  await goOn(open, lake);
  assert.equal(open.counter.held, 3);
  await lake.pageviews({ dt, path: '/c' });
  await lake.refine();
  await goOn(open, lake);
  assert.deepEqual(await views(open, lake), ['/a 2', '/b 1', '/c 1']);
  assert.equal(open.counter.held, 1);
});

test('views that could not be stored are read again, each once', async (t) => {
  const lake = await lakeAt(t, NOON + 10_000);
  const open = await counterOf(t, lake);
  const dt = new Date(NOON + 5_000).toISOString();
  await goOn(open, lake);
  await lake.pageviews({ dt, path: '/a' }, { dt, path: '/b' }, { dt, path: '/a' });
  await goOn(open, lake);
  const failing = t.mock.method(ViewRows.prototype, 'store', () =>
    Promise.reject(new EngineError('duckdb', 'no memory is left')),
  );
  await assert.rejects(views(open, lake), EngineError);
  failing.mock.restore();
  await goOn(open, lake);
  assert.deepEqual(await views(open, lake), ['/a 2', '/b 1']);
});

/** What may happen between two looks. */
type Step =
  | {
      readonly kind: 'views';
      readonly articles: readonly number[];
      readonly backMs: number;
      readonly isLookedAt: boolean;
      readonly repeats: number;
    }
  | { readonly kind: 'load' | 'refine' | 'restart' | 'wait' };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('views' as const),
      articles: fc.array(fc.nat(3), { maxLength: 5 }),
      backMs: fc.constantFrom(0, 60_000, HOUR_MS, 13 * HOUR_MS),
      isLookedAt: fc.boolean(),
      repeats: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'load' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'refine' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const }) },
);

/** A stream that the lake has before the counter has seen it in the log. */
const LATE_STREAM: Step[] = [
  { kind: 'restart' },
  { kind: 'views', articles: [0], backMs: 0, isLookedAt: false, repeats: 0 },
  { kind: 'load' },
  { kind: 'wait' },
  { kind: 'refine' },
];

/** An event of the day before comes again when its hour is in the lake and the counter has begun anew. */
const LATE_REPEAT: Step[] = [
  { kind: 'views', articles: [0], backMs: 13 * HOUR_MS, isLookedAt: false, repeats: 0 },
  { kind: 'load' },
  { kind: 'refine' },
  { kind: 'restart' },
  { kind: 'views', articles: [], backMs: 0, isLookedAt: true, repeats: 1 },
];

test('at each step the lake and the memory together have each view once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 4, maxLength: 14 }), async (steps) => {
      const ends: (() => unknown)[] = [];
      const t = { after: (end: () => unknown) => ends.push(end) } as unknown as TestContext;
      try {
        const lake = await lakeAt(t, NOON + 30 * 60_000);
        let open = await counterOf(t, lake);
        const counts = new Map<string, number>();
        const ids: { id: string; row: Record<string, unknown>; isLog: boolean }[] = [];
        for (const step of steps) {
          if (step.kind === 'views') {
            for (const [i, article] of step.articles.entries()) {
              const id = `${ids.length}-${article}`;
              const isLog = (i + article) % 2 === 0;
              const path = `/${article}`;
              const back = isLog ? step.backMs : 0;
              const dt = new Date(lake.clock.ms - back).toISOString();
              const row = isLog ? { id, dt, uri_path: path } : { id, dt, path };
              ids.push({ id, row, isLog });
              counts.set(path, (counts.get(path) ?? 0) + 1);
              await (isLog ? lake.requests(row) : lake.pageviews(row));
            }
            for (const { row, isLog } of ids.slice(-step.repeats))
              if (step.repeats > 0) await (isLog ? lake.requests(row) : lake.pageviews(row));
          }
          // The lake may get them before the counter has looked at the log.
          if (step.kind === 'views' && !step.isLookedAt) continue;
          if (step.kind === 'load') await lake.load();
          if (step.kind === 'refine') await lake.refine();
          if (step.kind === 'wait') lake.clock.ms += 20 * 60_000;
          if (step.kind === 'restart') open = await counterOf(t, lake);
          await goOn(open, lake);
          const expected = [...counts].map(([path, count]) => `${path} ${count}`).sort();
          assert.deepEqual(await views(open, lake), expected);
        }
      } finally {
        for (const end of ends.reverse()) await end();
      }
    }),
    { numRuns: 12, examples: [[LATE_STREAM], [LATE_REPEAT]] },
  );
});
