import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, createConnection, TCompactProtocol, TFramedTransport } from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types from '#hbase-thrift/hbase_types';
import { startHbase, type RunningHbase } from '../../engines/hbase.ts';
import { startHive, type RunningHive } from '../../engines/hive.ts';
import { StartError } from '../../engines/start-error.ts';
import { findTools, MissingToolsError } from '../../engines/tools.ts';
import { abortable } from '../../src/core/abort.ts';
import { parseHiveAddress } from '../../src/warehouses/hive/address.ts';
import { Sessions } from '../../src/warehouses/hive/sessions.ts';
import { until } from '../support/until.ts';

/* The starters of the engines, on engines of their own. */

const root = mkdtempSync(join(tmpdir(), 'kraken-starters-'));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

/** Longer than an engine needs to be itself again after a restart. */
const BACK_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 2_000;

/** The Java programs that were started for a folder. */
function programsOf(folder: string): string[] {
  const all = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return all.split('\n').filter((line) => line.includes(`-Dengine.folder=${folder}`));
}

async function assertGone(folder: string): Promise<void> {
  await until('its programs are gone', () => programsOf(folder).length === 0, GONE_WITHIN_MS);
}

/** Tries until it works. @throws as the last attempt, when that takes too long */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const latest = performance.now() + BACK_WITHIN_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > latest) throw error;
      await sleep(200);
    }
  }
}

const FAMILY = Buffer.from('f');
const TABLE = Buffer.from('t');

/** One call on a connection of its own. */
async function callHbase<T>(
  { ports }: RunningHbase,
  send: (client: Client) => Promise<T>,
  withinMs = 10_000,
): Promise<T> {
  const options = { transport: TFramedTransport, protocol: TCompactProtocol };
  const connection = createConnection('127.0.0.1', ports.thrift, options);
  const failed = new Promise<never>((_, reject) => connection.once('error', reject));
  try {
    const answer = Promise.race([send(createClient(Client, connection)), failed]);
    return await abortable(answer, AbortSignal.timeout(withinMs));
  } finally {
    connection.destroy();
  }
}

const makeTable = (hbase: RunningHbase): Promise<void> =>
  callHbase(hbase, (client) => {
    const columns = [new types.TColumnFamilyDescriptor({ name: FAMILY })];
    const tableName = new types.TTableName({ qualifier: TABLE });
    return client.createTable(new types.TTableDescriptor({ tableName, columns }), []);
  });

const put = (hbase: RunningHbase, row: string): Promise<void> =>
  callHbase(hbase, (client) => {
    const columnValues = [
      new types.TColumnValue({ family: FAMILY, qualifier: TABLE, value: Buffer.from(row) }),
    ];
    return client.putMultiple(TABLE, [new types.TPut({ row: Buffer.from(row), columnValues })]);
  });

const get = (hbase: RunningHbase, row: string, withinMs?: number): Promise<string | undefined> =>
  callHbase(
    hbase,
    async (client) => {
      const { columnValues } = await client.get(TABLE, new types.TGet({ row: Buffer.from(row) }));
      return columnValues[0]?.value.toString();
    },
    withinMs,
  );

void describe('HBase', () => {
  const folder = join(root, 'hbase');
  let hbase: RunningHbase;
  before(async () => {
    hbase = await startHbase({ folder });
    await makeTable(hbase);
  });
  after(() => hbase.stop());

  void test('takes and gives cells at the address that it says', async () => {
    assert.equal(hbase.address, `hbase://127.0.0.1:${hbase.ports.thrift}`);
    await put(hbase, 'first');
    assert.equal(await get(hbase, 'first'), 'first');
  });

  void test('a folder is one engine’s', async () => {
    await assert.rejects(startHbase({ folder }), StartError);
  });

  void test('a gateway that stands still keeps its callers waiting, until it goes on', async () => {
    hbase.thrift.pause();
    await assert.rejects(get(hbase, 'first', 500), { name: 'TimeoutError' });
    hbase.thrift.resume();
    assert.equal(await get(hbase, 'first'), 'first');
  });

  void test('a gateway that starts again has the same port', async () => {
    const { pid } = hbase.thrift;
    await hbase.thrift.restart();
    assert.notEqual(hbase.thrift.pid, pid);
    assert.equal(await get(hbase, 'first'), 'first');
  });

  void test('a master that was killed has what was written when it starts again', async () => {
    await put(hbase, 'second');
    await hbase.master.kill();
    assert.equal(hbase.master.running, false);
    await hbase.master.start();
    assert.equal(await eventually(() => get(hbase, 'second')), 'second');
  });

  void test('stopped, also while it stands still, it leaves no program, and starts with what was there', async () => {
    hbase.thrift.pause();
    await hbase.stop();
    assert.deepEqual(programsOf(folder), []);
    const { ports } = hbase;
    hbase = await startHbase({ folder });
    assert.notDeepEqual(hbase.ports, ports);
    assert.equal(await eventually(() => get(hbase, 'second')), 'second');
  });
});

void describe('Hive', () => {
  const folder = join(root, 'hive');
  const lake = join(root, 'a lake');
  let hive: RunningHive;
  let sessions: Sessions;
  const connect = (): void => {
    sessions = new Sessions(parseHiveAddress(hive.address.replace(/^hive:/, '')), { warm: false });
  };
  before(async () => {
    hive = await startHive({ folder, lake, settings: { 'hive.server2.idle.session.timeout': '1h' } });
    connect();
  });
  after(async () => {
    await sessions.close();
    await hive.stop();
  });

  const run = (sql: string, withinMs = 30_000): Promise<void> =>
    sessions.execute(sql, AbortSignal.timeout(withinMs));

  void test('its address names the lake', () => {
    assert.equal(hive.address, `hive://127.0.0.1:${hive.server.port}?lake=${root}/a%20lake`);
  });

  void test('takes statements, and settings', async () => {
    await run('CREATE EXTERNAL TABLE kept (n INT) STORED AS PARQUET');
    await run('SELECT n FROM kept');
    const found: (string | null)[] = [];
    const settings = sessions.query('SET hive.server2.idle.session.timeout', AbortSignal.timeout(30_000));
    for await (const page of settings) found.push(...page.text(0));
    assert.deepEqual(found, ['hive.server2.idle.session.timeout=1h']);
  });

  void test('standing still it keeps its callers waiting, until it goes on', async () => {
    hive.server.pause();
    await assert.rejects(run('SELECT 1', 500), { name: 'TimeoutError' });
    hive.server.resume();
    await eventually(() => run('SELECT 1'));
  });

  void test('killed and started again it has the same port and tables', async () => {
    await hive.server.kill();
    await hive.server.start();
    await eventually(() => run('SELECT n FROM kept'));
  });

  void test('stopped it leaves no program, and starts with the tables that were there', async () => {
    await hive.stop();
    assert.deepEqual(programsOf(folder), []);
    await sessions.close();
    hive = await startHive({ folder });
    connect();
    await run('SELECT n FROM kept');
  });
});

void describe('npm run engines', () => {
  const program = fileURLToPath(new URL('../../engines/run.js', import.meta.url));

  /** Runs it until it says something. */
  async function started(folder: string, saying: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program, '--only', 'hbase', '--folder', folder], {
      stdio: 'pipe',
    });
    let said = '';
    const heard = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes(saying)) resolve();
        });
      }
      child.once('exit', () => reject(new Error(said)));
    });
    await heard;
    return child;
  }

  void test('prints the setting, and ends with what it started by SIGINT', async () => {
    const folder = join(root, 'interrupted');
    const child = await started(folder, 'KRAKEN_SERIES=hbase://127.0.0.1:');
    assert.equal(programsOf(folder).length, 2);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.deepEqual(programsOf(folder), []);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    void test(`ended by ${signal} while it starts, it leaves no program`, async () => {
      const folder = join(root, signal);
      const child = await started(folder, 'HBase starts');
      await until('it starts a program', () => programsOf(folder).length > 0);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [null, signal]);
      await assertGone(folder);
    });
  }

  void test('says what is missing without Java and Maven', async () => {
    await assert.rejects(findTools({ PATH: root }), (error) => {
      assert.ok(error instanceof MissingToolsError);
      assert.match(
        error.message,
        /^HBase, Hive and Kafka need a Java 17 .*: there is no java, and there is no mvn /,
      );
      return true;
    });
  });
});
