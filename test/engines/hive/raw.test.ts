import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { adoptRaw, adoptRawStatements, loadedStreams } from '../../../src/raw/hive/adopt-raw.ts';
import { openHiveReader } from '../../../src/raw/hive/hive-reader.ts';
import { openLoader, openRawReader, RAW } from '../../../src/raw/open-loader.ts';
import { streamOf } from '../../../src/streams/read-stream.ts';
import { EngineError } from '../../../src/core/engine-error.ts';
import { Sessions } from '../../../src/warehouses/hive/sessions.ts';
import { PartedLog } from '../../raw/parted-log.ts';
import { column, hiveAddress, soon } from './server.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 29, 12);
const BEFORE = streamOf({
  stream: 'shop.visits',
  title: 'Visits',
  owner: 'a test',
  // Hive has a column of its own named hour, and reads no column with a space.
  fields: { Path: 'text', count: 'integer', hour: 'integer', 'two words': 'text', ok: 'boolean' },
  retention: '30 days',
});
const AFTER = streamOf({
  stream: 'shop.visits',
  title: 'Visits',
  owner: 'a test',
  fields: { Path: 'text', count: 'integer', share: 'number', hour: 'integer', ok: 'boolean' },
  retention: '30 days',
});

void describe('raw tables in Hive', { timeout: 300_000 }, () => {
  const signal = new AbortController().signal;
  const database = `t${randomBytes(5).toString('hex')}`;
  let folder = '';
  let sessions: Sessions;
  let nowMs = NOON;
  let log: PartedLog;
  let stream = BEFORE;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-raw-'));
    sessions = new Sessions({ ...hiveAddress(), database: 'default' }, { warm: false });
    nowMs = NOON;
    log = new PartedLog(BEFORE.name, 2, () => nowMs);
    stream = BEFORE;
  });
  afterEach(async () => {
    await sessions.execute(`DROP DATABASE IF EXISTS \`${database}\` CASCADE`, soon());
    await sessions.close();
    await rm(folder, { recursive: true });
  });

  const location = () => `file://${folder}/${RAW}`;
  /** Loads what there is as one loader, which tells Hive unless told otherwise, and ends. */
  async function load(partitions?: readonly number[], isTelling = true): Promise<void> {
    const reader = openHiveReader({ ...hiveAddress(), database }, location());
    const open = await openLoader({
      lake: folder,
      log,
      streams: () => new Map([[stream.name, stream]]),
      holder: 'a test',
      signal: AbortSignal.timeout(10_000),
      clock: { now: () => nowMs },
      ...(isTelling && { reader }),
      ...(partitions && { partitions }),
    });
    try {
      await open.loader.round(signal);
      await open.loader.upkeep(signal, true);
    } finally {
      await open.close();
      await reader.close();
    }
  }
  const send = (partition: number, id: string, ms: number, fields: object = {}): void =>
    log.append(
      partition,
      JSON.stringify({ meta: { stream: stream.name, id, dt: new Date(ms).toISOString() }, ...fields }),
    );
  const table = `\`${database}\`.\`raw_shop_visits\``;
  const found = (select: string, where = 'true') =>
    column(sessions, `SELECT ${select} FROM ${table} WHERE ${where} ORDER BY meta.id`);

  void it('a closed hour is there when it is committed, and with its late rows at once', async () => {
    send(0, 'a', NOON, { Path: '/x', count: 2 ** 53 - 1, ok: true, hour: 7 });
    send(0, 'open', NOON + HOUR_MS);
    nowMs = NOON + HOUR_MS + 20_000;
    await load();
    const line =
      "concat_ws(' ', meta.id, meta.dt, cast(meta.`partition` AS STRING), `path`, cast(`count` AS STRING), cast(`hour` AS STRING), `part`)";
    assert.deepEqual(await found(line), [`a 2026-11-29T12:00:00.000Z 0 /x ${2 ** 53 - 1} 12 all`]);
    stream = AFTER;
    send(0, 'late', NOON + 1, { share: 0.5 });
    send(1, 'too', NOON + 2);
    await load([0, 1]);
    assert.deepEqual(await found("concat_ws(' ', meta.id, cast(`share` AS STRING), `part`)"), [
      'a all',
      'late 0.5 0',
      'too 1',
    ]);
    send(0, 'later', NOON + 3, { share: 0.25 });
    await load([0]);
    assert.deepEqual(await found("concat_ws(' ', meta.id, cast(`share` AS STRING))", "`part` = '0'"), [
      'late 0.5',
      'later 0.25',
    ]);
    nowMs += 32 * 24 * HOUR_MS;
    await load();
    assert.deepEqual(await column(sessions, `SHOW PARTITIONS ${table}`), []);
  });

  void it('what was loaded without Hive is adopted, by statements or at once, also a second time', async () => {
    send(0, 'a', NOON);
    send(1, 'b', NOON + HOUR_MS);
    nowMs = NOON + 2 * HOUR_MS + 20_000;
    await load([0, 1], false);
    const adoption = async () => ({
      streams: await loadedStreams([stream], (name) => openRawReader(folder, name)),
      location: location(),
      database,
    });
    for (const sql of adoptRawStatements(await adoption())) await sessions.execute(sql, soon());
    assert.deepEqual(await found('meta.id'), ['a', 'b']);
    send(0, 'late', NOON);
    await load([0, 1], false);
    await adoptRaw(sessions, await adoption(), soon());
    assert.deepEqual(await found('meta.id'), ['a', 'b', 'late']);
  });

  void it('a place that Hive can not move a partition to is refused with a sentence', () => {
    assert.throws(
      () => openHiveReader(hiveAddress(), 'file:///a lake/raw'),
      (error) => error instanceof EngineError && /can't lie in file:\/\/\/a lake\/raw/.test(error.message),
    );
  });
});
