import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Processes, type Serving } from '../support/process.ts';
import { until } from '../support/until.ts';

const processes = new Processes();
const folder = processes.folder();
const data = join(folder, 'data');
const PROJECTS = 20;

/** Edits of many years, a partition a month: what takes the warehouse a while. */
before(async () => {
  const lines: string[] = [];
  for (let project = 0; project < PROJECTS; project++) {
    for (let month = 0; month < 240; month++) {
      const timestamp = new Date(Date.UTC(2003, month, 1)).toISOString();
      const row = { project: `p${project}.wikipedia`, 'editor-type': 'user', 'page-type': 'content' };
      lines.push(JSON.stringify({ ...row, granularity: 'monthly', results: [{ timestamp, edits: month }] }));
    }
  }
  const file = join(folder, 'edits.ndjson');
  writeFileSync(file, lines.join('\n'));
  const { code, stderr } = await processes.run('import', 'edits-aggregate', file, '--data', data);
  assert.equal(code, 0, stderr);
});
after(() => processes.end());

/** A request of which the server has the headers and half of the body. */
async function halfSent(
  api: string,
): Promise<{ answered: Promise<unknown>; finish(): Promise<{ status: number; text: string }> }> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const half: ClientRequest = request(`${api}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  });
  const answered = once(half, 'response') as Promise<[IncomingMessage]>;
  half.write(body.slice(0, 5));
  await sleep(100);
  return {
    answered,
    finish: async () => {
      half.end(body.slice(5));
      const [response] = await answered;
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, text };
    },
  };
}

describe('a gateway that is told to stop', { concurrency: 2 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal} fails /readyz first, answers what is under way, and ends with 0`, async () => {
      const { kraken, api, admin } = await processes.serve(data);
      assert.equal((await fetch(`${admin}/readyz`)).status, 200);
      const under = await halfSent(api);
      kraken.child.kill(signal);
      await sleep(150);
      assert.equal((await fetch(`${admin}/readyz`)).status, 503);
      assert.equal((await fetch(`${admin}/livez`)).status, 200);
      // A second one, as from an impatient hand, changes nothing.
      kraken.child.kill(signal);
      const { status, text } = await under.finish();
      assert.equal(status, 200);
      assert.match(text, /"__typename":"Query"/);
      const finished = performance.now();
      const { code, stdout, stderr } = await kraken.ended;
      assert.deepEqual([code, stderr], [0, '']);
      const last = stdout.trim().split('\n').at(-1) ?? '';
      assert.equal((JSON.parse(last) as { msg: string }).msg, 'stopped');
      assert.ok(performance.now() - finished < 3000);
    });
  }

  test('by SIGTERM takes requests for the grace time, while /readyz fails', async () => {
    const { kraken, api, admin } = await processes.serve(data, '--grace-ms', '60000');
    kraken.child.kill('SIGTERM');
    await until('it is no more ready', async () => (await fetch(`${admin}/readyz`)).status === 503);
    // On a connection of its own, as a proxy that hasn't looked yet may open one.
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(`${api}/catalogue`, { headers: { connection: 'close' } });
      assert.equal(answer.status, 200);
    }
    assert.equal((await fetch(`${admin}/livez`)).status, 200);
    // Whoever doesn't want to wait says so.
    kraken.child.kill('SIGINT');
    const { code, stderr } = await kraken.ended;
    assert.deepEqual([code, stderr], [0, '']);
  });

  test('by SIGTERM ends by itself once the grace time is over', async () => {
    const { kraken, api } = await processes.serve(data, '--grace-ms', '300');
    const told = performance.now();
    kraken.child.kill('SIGTERM');
    assert.equal((await kraken.ended).code, 0);
    assert.ok(performance.now() - told >= 300);
    await assert.rejects(fetch(`${api}/catalogue`));
  });

  test('waits for what is under way no longer than the drain time', async () => {
    const { kraken, api } = await processes.serve(data, '--drain-ms', '300');
    const { answered } = await halfSent(api);
    const lost = assert.rejects(answered);
    const told = performance.now();
    assert.equal((await kraken.kill('SIGTERM')).code, 1);
    assert.ok(performance.now() - told < 5000);
    await lost;
  });
});

describe('a client that goes away', () => {
  let gateway: Serving;
  before(async () => {
    gateway = await processes.serve(data);
  });

  test('while the warehouse is at work harms nobody, and is no failure in the log', async () => {
    const all = Array.from({ length: PROJECTS }, (_, i) => `p${i}.wikipedia`).join('%7C');
    const path = (end: string): string =>
      `/metrics/edits/aggregate/${all}/user/content/monthly/20030101/${end}`;
    // The first one takes longest: after it, code is compiled and files are known.
    let ms = Infinity;
    for (const end of ['20230101', '20230201', '20230301']) {
      const alone = performance.now();
      assert.equal((await fetch(gateway.api + path(end))).status, 200);
      ms = Math.min(ms, performance.now() - alone);
    }

    let destroyed = 0;
    for (let round = 0; round < 12; round++) {
      const clients = [0, 1].map((i) => {
        const client = request(`${gateway.api}${path(`20${10 + round}0${i + 2}01`)}`);
        client.on('error', () => destroyed++).end();
        return client;
      });
      await sleep((ms * round) / 12);
      for (const client of clients) client.destroy();
    }
    assert.ok(destroyed > 5, `${destroyed} went away before they were answered`);
    const other = await fetch(gateway.api + path('20220101'));
    assert.equal(other.status, 200);
    assert.equal(((await other.json()) as { items: object[] }).items.length, PROJECTS);
    await sleep(100);
    assert.equal(gateway.kraken.stderr, '');
    assert.doesNotMatch(gateway.kraken.stdout, /"level":50/);
    const metrics = await (await fetch(`${gateway.admin}/metrics`)).text();
    assert.doesNotMatch(metrics, /kraken_http_requests_total\{[^}]*status="5/);
    assert.equal((await gateway.kraken.kill('SIGTERM')).code, 0);
  });
});
