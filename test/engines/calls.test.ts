import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { type ThriftCall, thriftCalls } from '../support/thrift-calls.ts';
import { ask } from './faults/downtime.ts';
import { Places } from './places.ts';
import { HANGS_MS } from '../support/hangs.ts';

/* What questions cost the engines: the calls that go over the wire, counted on their way. */

/** Nothing is looked at by itself while calls are counted. */
const flags = { refreshMs: '60000' };
const places = new Places();
after(() => places.remove());

/** An engine's address by way of a proxy that keeps what is sent. */
async function tapped(address: string, protocol: 'binary' | 'compact') {
  const { hostname: host, port } = new URL(address);
  const proxy = await TcpProxy.start({ host, port: Number(port) });
  const sent: Buffer[] = [];
  proxy.onSent = (bytes) => sent.push(bytes);
  return {
    address: address.replace(`${host}:${port}`, `${host}:${proxy.port}`),
    /** What was called since it was asked last. */
    calls: (): ThriftCall[] => thriftCalls(Buffer.concat(sent.splice(0)), protocol),
    close: () => proxy.close(),
  };
}
type Tap = Awaited<ReturnType<typeof tapped>>;

describe('HBase', { timeout: HANGS_MS }, () => {
  let tap: Tap;
  let gateway: Gateway;
  const path = (articles: string, year: number) =>
    `/metrics/pageviews/per-article/en.wikipedia/desktop/user/${articles}/daily/${year}0101/${year}1231`;
  const days = Array.from({ length: 730 }, (_, day) =>
    new Date(Date.UTC(2022, 0, 1 + day)).toISOString().slice(0, 10).replaceAll('-', ''),
  );

  before(async () => {
    tap = await tapped(places.series, 'compact');
    gateway = await startGateway({ flags: { ...flags, series: tap.address } });
    const items = ['A', 'B', 'C'].flatMap((article) =>
      days.map((day, index) => ({
        project: 'en.wikipedia',
        article,
        granularity: 'daily',
        timestamp: `${day}00`,
        access: 'desktop',
        agent: 'user',
        views: 1000 + index,
      })),
    );
    await gateway.load('pageviews-per-article', items);
  });
  after(async () => {
    await gateway.close();
    await tap.close();
  });

  const named = (): string[] => tap.calls().map(({ name }) => name);

  test('a series-year, 365 daily points, is one Thrift call, and none when it was asked before', async () => {
    tap.calls();
    const { status, body } = await ask(gateway, path('A', 2022));
    assert.equal(status, 200, body);
    assert.equal((JSON.parse(body) as { items: unknown[] }).items.length, 365);
    assert.deepEqual(named(), ['get']);
    assert.equal((await ask(gateway, path('A', 2022))).body, body);
    assert.deepEqual(named(), []);
  });

  test('the years of several series are one call, and so is what many ask for at once', async () => {
    tap.calls();
    assert.equal((await ask(gateway, path('B%7CC', 2022))).status, 200);
    assert.deepEqual(named(), ['getMultiple']);
    const askers = Array.from({ length: 100 }, () => ask(gateway, path('A', 2023)));
    for (const { status } of await Promise.all(askers)) assert.equal(status, 200);
    assert.deepEqual(named(), ['get']);
  });
});

describe('Hive', { timeout: HANGS_MS }, () => {
  const months = Array.from(
    { length: 24 },
    (_, i) => `${2020 + Math.floor(i / 12)}-${`0${(i % 12) + 1}`.slice(-2)}`,
  );
  const items = (edits: number): object[] => [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: months.map((month) => ({ timestamp: `${month}-01T00:00:00.000Z`, edits })),
    },
  ];
  const url = '/metrics/edits/aggregate/de.wikipedia/user/content/monthly/20200101/20210101';

  async function opened(context: TestContext): Promise<{ gateway: Gateway; statements: () => string[] }> {
    const tap = await tapped(`${await places.warehouse()}&sessions=1`, 'binary');
    const gateway = await startGateway({ flags: { ...flags, warehouse: tap.address } });
    context.after(async () => {
      await gateway.close();
      await tap.close();
    });
    await gateway.load('edits-aggregate', items(7));
    tap.calls();
    const statements = (): string[] =>
      tap
        .calls()
        .filter(({ name }) => name === 'ExecuteStatement')
        .map(({ body }) => /(SELECT|SHOW|SET)[^]*/.exec(body)?.[0] ?? body);
    return { gateway, statements };
  }

  test('one question by 100 callers is one statement, once for each version of its rows, and warm answers are none', async (context) => {
    const { gateway, statements } = await opened(context);
    for (const edits of [7, 8]) {
      if (edits === 8) await gateway.load('edits-aggregate', items(edits));
      statements();
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(gateway, url)));
      for (const { body } of answers) assert.match(body, new RegExp(`"edits":${edits}\\b`));
      const asked = statements().filter((sql) => !sql.startsWith('SET '));
      assert.equal(asked.filter((sql) => sql.includes('edits_aggregate')).length, 1, asked.join('\n'));
      // And one that asks whether the version that was read is still the one that counts.
      assert.deepEqual(
        asked.filter((sql) => !sql.includes('edits_aggregate')).map((sql) => sql.slice(0, 18)),
        ['SHOW TBLPROPERTIES'],
      );
      for (let i = 0; i < 100; i++) assert.equal((await ask(gateway, url)).status, 200);
      assert.deepEqual(statements(), [], 'warm answers');
    }
  });
});
