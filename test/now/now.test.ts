import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLogError } from '../../src/log/log-errors.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { Now, type Happening, type ViewsNow } from '../../src/now/now.ts';
import type { StreamLook } from '../../src/now/stream-looks.ts';
import { counterOf } from '../live/counted.ts';
import { SIGNAL } from '../load/engines.ts';
import { TestLake } from '../refine/lake.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const metrics = { projects: pageviewsAggregate, pages: pageviewsPerArticle };

/** What is there after a while: the looks of a second each are real ones. */
async function later(now: Now, isSo: (happening: Happening) => boolean): Promise<Happening> {
  for (;;) {
    const happening = await now.look();
    if (isSo(happening)) return happening;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

void test('it is said how many views there are a second, of which pages, and which events came last', async (t) => {
  const lake = await TestLake.make(NOON + 30_000);
  const open = await counterOf(t, lake);
  const clock = { now: () => lake.clock.ms };
  const now = new Now({ log: lake.log, live: open.numbers, metrics, clock });
  t.after(async () => {
    now.close();
    await lake.close();
  });
  const view = (path: string) => ({ dt: new Date(lake.clock.ms).toISOString(), path });
  assert.equal(typeof (await now.look()).views, 'string');
  await lake.pageviews(view('/a'));
  await open.counter.round(SIGNAL);
  const first = (await later(now, ({ views }) => typeof views !== 'string')).views as ViewsNow;
  assert.equal(first.asOfMs, lake.clock.ms);
  await lake.pageviews(view('/a'), view('/b'), view('/a'));
  lake.clock.ms += 1_000;
  await open.counter.round(SIGNAL);
  const found = await later(now, ({ views }) => typeof views !== 'string' && views.seconds.length > 0);
  const { seconds, pages } = found.views as ViewsNow;
  assert.deepEqual(seconds, [3]);
  assert.deepEqual(
    pages.map(({ page, views }) => `${page} ${views}`),
    ['/a 3', '/b 1'],
  );
  const streams = found.streams as readonly StreamLook[];
  const looked = streams.find(({ name }) => name === 'pageview');
  assert.equal(looked?.seconds.at(-1), 3);
  // Nothing but this is said of an event.
  assert.deepEqual(Object.keys(looked ?? {}).sort(), ['name', 'newestMs', 'seconds', 'site']);
});

void test('a log that does not answer, and views that are not counted, are said in a sentence', async (t) => {
  const log = {
    streams: () => Promise.reject(new EventLogError('away')),
    partitions: () => Promise.resolve([]),
    ends: () => Promise.reject(new EventLogError('away')),
    read: () => Promise.reject(new EventLogError('away')),
    close: () => Promise.resolve(),
  };
  const now = new Now({ log, live: undefined, metrics, clock: Date });
  t.after(() => now.close());
  const { views, streams } = await now.look();
  assert.match(sentence(views), /counts no page views/);
  assert.match(sentence(streams), /event log doesn’t answer/);
});

function sentence(found: unknown): string {
  return typeof found === 'string' ? found : '';
}
