import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../src/core/time/time.ts';
import { OperationStream } from '../api/graphql/operation-stream.ts';
import { listen } from '../api/listen/events.ts';
import { liveGateway } from './live-gateway.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

test('a subscription is told of open periods while they grow, and of their end', async (t) => {
  const { lake, gateway, goOn, publish } = await liveGateway(t, NOON + 30_000);
  const count = async (): Promise<void> => {
    await goOn();
    gateway.app.road.watch.changes.changed();
  };
  const view = (backMs: number) => ({
    dt: new Date(lake.clock.ms - backMs).toISOString(),
    uri_path: '/a',
  });
  await lake.requests(view(DAY_MS), view(HOUR_MS));
  await publish();
  await count();
  const field = (open: string): string =>
    `subscription { pageviewsPerArticle(project: "blog.example.net", article: "/a", agent: USER, start: "2026-11-23", end: "now") { views ${open} } }`;
  const subscribe = async (open: string): Promise<OperationStream> => {
    const stream = await OperationStream.open(`${await base}/graphql`, { query: field(open) });
    t.after(() => stream.close());
    await stream.until(1);
    return stream;
  };
  const base = listen(gateway);
  const [plain, timed] = [await subscribe(''), await subscribe('open { from asOf }')];
  await lake.requests(view(0));
  await count();
  await plain.until(2);
  await timed.until(2);
  lake.clock.ms += DAY_MS;
  await lake.requests(view(0));
  await publish();
  await count();
  await timed.untilText(/"open":\{"from":"2026-11-30"/);
  const seen = (stream: OperationStream): string[] => [
    ...new Set(stream.results.map(({ data }) => JSON.stringify(data?.pageviewsPerArticle))),
  ];
  assert.deepEqual(seen(plain).slice(0, 2), ['{"views":[1,1]}', '{"views":[1,2]}']);
  assert.deepEqual(seen(timed).slice(0, 2), [
    '{"views":[1,1],"open":{"from":"2026-11-29","asOf":"2026-11-29T12:00:31.000Z"}}',
    '{"views":[1,2],"open":{"from":"2026-11-29","asOf":"2026-11-29T12:00:32.000Z"}}',
  ]);
  for (const { errors } of [...plain.results, ...timed.results]) assert.equal(errors, undefined);
});
