import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { join } from 'node:path';
import { openFileLog } from '../../src/log/files/open.ts';
import { readLog } from '../collect/read-log.ts';
import { Processes } from '../support/process.ts';

const processes = new Processes();
after(() => processes.end());

void test(
  'what was answered with 2xx is in the log after a kill, each event once',
  { timeout: 180_000 },
  async () => {
    const data = processes.folder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { kraken, api } = await processes.serve(data, '--collect', '--sender-events', 'off');
      let isKilled = false;
      const sender = async (name: string): Promise<void> => {
        for (let i = 0; !isKilled; i++) {
          const ids = Array.from({ length: 3 }, (_, k) => `${round}-${name}-${i}-${k}`);
          const events = ids.map((id) => ({
            meta: { stream: 'pageview', id },
            site: 'example.org',
            path: '/',
          }));
          const answer = await fetch(`${api}/v1/events`, {
            method: 'POST',
            body: JSON.stringify(events),
          }).catch(() => undefined);
          if (answer?.status === 201) acknowledged.push(...ids);
        }
      };
      const known = acknowledged.length;
      const senders = ['a', 'b', 'c', 'd'].map(sender);
      while (acknowledged.length < known + 100 * (round + 1))
        await new Promise((resolve) => setTimeout(resolve, 5));
      await kraken.kill();
      isKilled = true;
      await Promise.all(senders);
    }
    // As the next start does. A mere reader trusts the mark of the durable end, which the last kill may have cut short.
    const log = await openFileLog(join(data, 'events'), 'the test');
    try {
      const ids = (await readLog(log, 'pageview')).map(({ meta }) => meta.id);
      const held = new Set(ids);
      assert.equal(held.size, ids.length);
      assert.deepEqual(
        acknowledged.filter((id) => !held.has(id)),
        [],
      );
    } finally {
      await log.close();
    }
  },
);

void test(
  'a view is seen in the lake by the counts of its stream, and its row is in the raw table',
  { timeout: 180_000 },
  async () => {
    const data = processes.folder();
    const { kraken, api, admin } = await processes.serve(data, '--collect');
    assert.equal((await fetch(`${api}/pageview?url=https://example.org/hello`)).status, 204);
    const counted = async (): Promise<unknown> => {
      const answer = await fetch(
        `${api}/query?metric=events&where.stream=pageview&where.outcome=accepted&range=-2d`,
      );
      return answer.ok ? ((await answer.json()) as { rows: unknown }).rows : undefined;
    };
    while (!JSON.stringify((await counted()) ?? '').includes('1'))
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(await counted(), [{ events: 1 }]);
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    assert.match(metrics, /^kraken_load_records_total\{stream="pageview"\} 1$/m);
    assert.match(metrics, /^kraken_load_files\{stream="pageview"\} 1$/m);
    assert.match(metrics, /^kraken_load_lag_seconds\{stream="pageview"\} \d/m);
    // As the README has it, beside the gateway.
    const question = 'events --where stream=pageview --by outcome --range -2d --data'.split(' ');
    const { stdout, code } = await processes.run('query', ...question, data);
    assert.equal(code, 0);
    assert.match(stdout, /accepted +1/);
    // The loader ends with the gateway, and lets another one load.
    assert.equal((await kraken.kill('SIGTERM')).code, 0);
    assert.equal((await processes.run('load', '--data', data)).code, 0);
  },
);

void test('collecting on a port of its own; wrong settings are reported before anything is served', async () => {
  const data = processes.folder();
  const { kraken } = await processes.serve(data, '--collect', '--collect-port', '0');
  const { collect, api } = JSON.parse(/^.*"msg":"serving".*$/m.exec(kraken.stdout)?.[0] ?? '{}') as Record<
    string,
    string
  >;
  assert.notEqual(collect, api);
  assert.equal((await fetch(`${collect}/pageview?url=https://example.org/`)).status, 204);
  assert.equal((await fetch(`${api}/pageview?url=https://example.org/`)).status, 404);

  // Its log is taken.
  const second = await processes.run(
    'serve',
    '--collect',
    '--data',
    data,
    '--port',
    '0',
    '--admin-port',
    '0',
  );
  assert.equal(second.code, 1);
  assert.match(second.stderr, /kraken serve \(process \d+ on /);
  const wrong = await processes.run('serve', '--collect', '--sites', 'https://example.org');
  assert.match(wrong.stderr, /--sites is "https:\/\/example.org", but it takes hosts such as example.org/);
  const ports = await processes.run('serve', '--collect', '--collect-port', '8080');
  assert.match(
    ports.stderr,
    /KRAKEN_PORT \(--port\) and KRAKEN_COLLECT_PORT \(--collect-port\) are both 8080/,
  );
});
