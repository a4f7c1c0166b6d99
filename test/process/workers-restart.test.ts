import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { KeepAliveClients } from '../support/keep-alive-clients.ts';
import { type Kraken, Processes, type Serving } from '../support/process.ts';
import { until } from '../support/until.ts';

const processes = new Processes();
after(() => processes.end());

/** The processes that have begun to listen, the oldest first. */
function listening({ stdout }: Kraken): number[] {
  return stdout.split('\n').flatMap((line) => {
    if (!line.includes('"msg":"Server listening')) return [];
    return [(JSON.parse(line) as { pid: number }).pid];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a gateway whose workers end', { timeout: 300_000 }, () => {
  let gateway: Serving;
  before(async () => {
    gateway = await processes.serve(processes.folder(), '--workers', '2', '--grace-ms', '5000');
  });

  const workers = (): number[] => listening(gateway.kraken).filter(isAlive);
  const metric = async (line: RegExp): Promise<number> => {
    const text = await (await fetch(`${gateway.admin}/metrics`)).text();
    return Number(line.exec(text)?.[1]);
  };
  const serving = (count: number): Promise<void> =>
    until(`${count} workers serve`, async () => (await metric(/^kraken_workers (\d+)$/m)) === count);
  const answered = /^kraken_http_requests_total\{route="\/catalogue",status="200"\} (\d+)$/m;

  test('replaces one that is killed, and only requests on its connections are lost', async () => {
    const url = `${gateway.api}/catalogue`;
    const clients = new KeepAliveClients(url, [0, 0, 20, 20, 20, 20]);
    const newcomers = new KeepAliveClients(url, [0, 0, 0, 0], { keepAlive: false });
    await until('all clients were answered', () => clients.answers > 30 && newcomers.answers > 30);
    const counted = await metric(answered);
    const [victim = 0] = workers();
    const killedMs = performance.now();
    process.kill(victim, 'SIGKILL');
    await until(
      'its death is noticed',
      async () => (await metric(/^kraken_worker_deaths_total (\d+)$/m)) === 1,
    );
    // The other one answers alone, and says so.
    const alone = clients.answers;
    await until('requests go on', () => clients.answers > alone + 30);
    await serving(2);
    await Promise.all([clients.end(), newcomers.end()]);
    for (const { message, sentMs, isReused } of [...clients.failures, ...newcomers.failures]) {
      assert.match(message, /ECONNRESET|socket hang up/);
      assert.ok(isReused || sentMs <= killedMs, `${message} on a connection opened after the death`);
    }
    // A connection has one request at a time, so none of the clients lost two. How many of the six connections the
    // dead worker had, nobody can say: they were handed out in turns with those of the newcomers.
    const losers = clients.failures.map(({ client }) => client);
    assert.equal(new Set(losers).size, losers.length, `clients ${losers.join(', ')} lost requests`);
    assert.ok(!workers().includes(victim));
    // What the dead one had counted, is still in the sums.
    assert.ok((await metric(answered)) >= counted);
  });

  test('loses no request of keep-alive clients in a rolling restart, and counts on', async () => {
    const before = workers();
    const counted = await metric(answered);
    // Some ask at once again, others leave their connections idle for a while.
    const clients = new KeepAliveClients(`${gateway.api}/catalogue`, [0, 0, 0, 50, 300, 1000]);
    await until('all clients were answered', () => clients.answers > 30);
    gateway.kraken.child.kill('SIGHUP');
    await until(
      'all workers are new',
      () => workers().length === 2 && !workers().some((pid) => before.includes(pid)),
    );
    const restarted = clients.answers;
    await until('requests go on', () => clients.answers > restarted + 30);
    await clients.end();
    assert.deepEqual(clients.failures, []);
    // Each of the six connections was ended by an answer that said so.
    assert.ok(clients.lastAnswers >= 6, `${clients.lastAnswers}`);
    assert.ok((await metric(answered)) >= counted + clients.answers);
    assert.match(gateway.kraken.stdout, /"msg":"all workers were restarted"/);
  });

  test('ends with 0, though systems signal all of its processes', async () => {
    const all = workers();
    for (const pid of all) process.kill(pid, 'SIGTERM');
    assert.equal((await fetch(`${gateway.api}/catalogue`)).status, 200);
    gateway.kraken.child.kill('SIGINT');
    const { code, stderr } = await gateway.kraken.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(all.filter(isAlive), []);
  });
});

test('workers end with their primary, even if it is killed', async () => {
  const { kraken } = await processes.serve(processes.folder(), '--workers', '2');
  const all = listening(kraken);
  assert.equal(all.length, 2, kraken.stdout);
  kraken.child.kill('SIGKILL');
  await until('they are gone', () => !all.some(isAlive));
});

test('a gateway whose workers die at every start ends, and says why', { timeout: 120_000 }, async () => {
  const data = processes.folder();
  const { kraken, api } = await processes.serve(data, '--workers', '2');
  // No worker can open the store any more; those who have it open serve on.
  rmSync(join(data, 'series'));
  mkdirSync(join(data, 'series'));
  const [victim = 0] = listening(kraken);
  process.kill(victim, 'SIGKILL');
  // The other one answers.
  assert.equal((await fetch(`${api}/catalogue`)).status, 200);
  const { code, stderr } = await kraken.ended;
  assert.notEqual(code, 0);
  assert.match(stderr, /5 workers in a row ended before they served: .*series/);
});
