import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, describe, it, mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Thrift from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types from '#hbase-thrift/hbase_types';
import { EngineError, LeaseHeldError } from '../../../src/core/engine-error.ts';
import { EMPTY_STATE } from '../../../src/core/time/table-state.ts';
import { openHbaseStore } from '../../../src/stores/hbase/hbase-store.ts';
import type { Cell, SeriesStore } from '../../../src/stores/series-store.ts';
import { cell, get, key, leased, put, signal, TABLE } from '../../stores/cells.ts';
import { HeldSource } from '../../support/held-source.ts';
import { dropTables, emptyPlace, tableName, withClient } from './place.ts';
import { publishedKeys, publishedValue } from '../../stores/publishing.ts';
import { PUBLISHER } from './publisher.ts';
import { HANGS_MS } from '../../support/hangs.ts';
import { until } from '../../support/until.ts';

/** A cell as HBase has it, whatever readers are shown. */
async function rawVersions(prefix: string, from: number, to: number): Promise<string[]> {
  const timeRange = new types.TTimeRange({
    minStamp: new Thrift.Int64(from),
    maxStamp: new Thrift.Int64(to),
  });
  const scan = new types.TScan({ timeRange, maxVersions: 10, limit: 10_000 });
  const rows = await withClient((client) =>
    client.getScannerResults(Buffer.from(`${prefix}.${TABLE}`), scan, 10_000),
  );
  return rows.flatMap(({ columnValues }) => columnValues.map(({ value }) => value.toString()));
}

async function systemColumn(prefix: string, name: string): Promise<string> {
  const columns = [{ family: Buffer.from('s'), qualifier: Buffer.from(name) }];
  const row = await withClient((client) =>
    client.get(Buffer.from(`${prefix}._store`), new types.TGet({ row: Buffer.from('store'), columns })),
  );
  return row.columnValues[0]?.value.toString() ?? '';
}

async function writeSystem(prefix: string, columns: Record<string, string>): Promise<void> {
  const columnValues = Object.entries(columns).map(([name, value]) => ({
    family: Buffer.from('s'),
    qualifier: Buffer.from(name),
    value: Buffer.from(value),
  }));
  await withClient((client) =>
    client.putMultiple(Buffer.from(`${prefix}._store`), [
      new types.TPut({ row: Buffer.from('store'), columnValues }),
    ]),
  );
}

const publication = (cells: AsyncIterable<readonly Cell[]>, version = 1) => ({
  table: TABLE,
  clear: [],
  cells,
  state: { ...EMPTY_STATE, version },
});
/** More than a lane keeps back before it writes. */
const many = (value: string): Cell[] =>
  Array.from({ length: 20_000 }, (_, i) => cell(`en\0${i}\0D2024`, '03', value));

describe('a series store on HBase', { timeout: HANGS_MS }, () => {
  const dropping: Promise<void>[] = [];
  after(() => Promise.all(dropping));

  async function withPlace(work: (place: string, prefix: string) => Promise<void>): Promise<void> {
    const { place, prefix } = emptyPlace();
    try {
      await work(place, prefix);
    } finally {
      dropping.push(dropTables(prefix));
    }
  }

  it('is shared by two handles: one holds the lease, the other sees its publications when it looks', () =>
    withPlace(async (place) => {
      const writer = await leased(openHbaseStore(place));
      const reader = openHbaseStore(place);
      await put(writer, [cell('a', '1', 'first')], 1);
      assert.equal((await reader.states(signal)).tables.get(TABLE)?.version, 1);
      await put(writer, [cell('a', '1', 'second'), cell('a', '2', 'second')], 2);
      assert.deepEqual(await get(reader, [key('a', '1'), key('a', '2')]), ['first', undefined]);
      assert.equal((await reader.states(signal)).tables.get(TABLE)?.version, 2);
      assert.deepEqual(await get(reader, [key('a', '1'), key('a', '2')]), ['second', 'second']);
      await assert.rejects(reader.lease('the reader', AbortSignal.timeout(500)), LeaseHeldError);
      await writer.close();
      await leased(reader);
      await put(reader, [cell('a', '1', 'third')], 3);
      assert.deepEqual(await get(reader, [key('a', '1')]), ['third']);
      await reader.close();
    }));

  it('is as before or as after a publication when the publisher is killed at any moment', () =>
    withPlace(async (place, prefix) => {
      let inTheMiddle = 0;
      for (let round = 0; round < 6; round++) {
        const child = spawn(process.execPath, [PUBLISHER, place, '1000'], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const lines: string[] = [];
        createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
        await until('it publishes', () => lines.length > 0);
        await sleep(400 + Math.random() * 500);
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
        if (lines.at(-1)?.startsWith('start')) inTheMiddle++;
        const said = Number(lines.findLast((line) => line.startsWith('end'))?.split(' ')[1] ?? 0);
        const store = openHbaseStore(place, { readOnly: true });
        const version = (await store.states(signal)).tables.get(TABLE)?.version ?? 0;
        const values = new Set(await get(store, publishedKeys));
        assert.deepEqual([...values], [version === 0 ? undefined : publishedValue(version)]);
        assert.ok(version >= said, 'what was said to be published is there');
        await store.close();
      }
      assert.ok(inTheMiddle > 0, 'some were killed in the middle');
      const left = JSON.parse((await systemColumn(prefix, 'pending')) || '{"number":0}') as {
        number: number;
      };
      const store = await leased(openHbaseStore(place));
      await put(store, [cell('a', '1', 'after the kills')], 1_000_000);
      assert.deepEqual(await get(store, [key('a', '1')]), ['after the kills']);
      assert.deepEqual(await rawVersions(prefix, left.number, left.number + 1), [], 'nothing is left over');
      await store.close();
    }));

  it('passes over what a failed publication writes too late', () =>
    withPlace(async (place, prefix) => {
      const store = await leased(openHbaseStore(place));
      await put(store, [cell('a', '1', 'old')], 1);
      const held = new HeldSource([cell('a', '1', 'never')]);
      const controller = new AbortController();
      const publishing = store.publish(publication(held, 2), controller.signal);
      await held.hangs;
      const pending = await systemColumn(prefix, 'pending');
      const { number } = JSON.parse(pending) as { number: number };
      controller.abort(new Error('enough'));
      await assert.rejects(publishing, /enough/);
      await store.close();
      // As where its publisher was killed before it could take it back.
      const late = (table: string, row: string, family: string, column: string, value: string) =>
        withClient((client) =>
          client.putMultiple(Buffer.from(`${prefix}.${table}`), [
            new types.TPut({
              row: Buffer.from(row),
              columnValues: [
                { family: Buffer.from(family), qualifier: Buffer.from(column), value: Buffer.from(value) },
              ],
              timestamp: new Thrift.Int64(number),
            }),
          ]),
        );
      await late('_store', 'store', 's', 'pending', pending);
      const next = await leased(openHbaseStore(place));
      await put(next, [cell('b', '1', 'new')], 3);
      await late(TABLE, 'a', 'c', '2', 'late');
      await late(TABLE, 'b', 'c', '1', 'late');
      const keys = [key('a', '1'), key('a', '2'), key('b', '1')];
      assert.deepEqual(await get(next, keys), ['old', undefined, 'new']);
      const reader = openHbaseStore(place, { readOnly: true });
      assert.deepEqual(await get(reader, keys), ['old', undefined, 'new']);
      await reader.close();
      await next.close();
    }));

  it('takes back what an aborted publication wrote', () =>
    withPlace(async (place, prefix) => {
      const store = await leased(openHbaseStore(place));
      await put(store, many('old'), 1);
      const revision = Number((await store.states(signal)).revision);
      const controller = new AbortController();
      const held = new HeldSource<readonly Cell[]>(many('new'));
      const publishing = store.publish(publication(held, 2), controller.signal);
      await held.hangs;
      await sleep(200);
      assert.ok((await rawVersions(prefix, revision + 1, revision * 2)).length > 0, 'some of it was written');
      controller.abort(new Error('enough'));
      await assert.rejects(publishing, /enough/);
      await store.close();
      assert.deepEqual(await rawVersions(prefix, revision + 1, revision * 2), []);
      assert.equal(await systemColumn(prefix, 'pending'), '');
    }));

  it('keeps the committed cell beneath an unfinished one when versions are old and files are written', () =>
    withPlace(async (place, prefix) => {
      const family = { name: Buffer.from('c'), maxVersions: 10, minVersions: 2, timeToLive: 1 };
      const name = tableName(prefix, TABLE);
      await withClient((client) =>
        client.createTable(new types.TTableDescriptor({ tableName: name, columns: [family] }), []),
      );
      // Files are written when a table is disabled, and what is too old is dropped then.
      const writeFiles = () =>
        withClient(async (client) => {
          await client.disableTable(name);
          await client.enableTable(name);
        });
      const store = await leased(openHbaseStore(place));
      for (const version of [1, 2, 3])
        await put(store, [cell('en\x000\0D2024', '03', `${version}`)], version);
      await sleep(1500);
      await writeFiles();
      const last = [key('en\x000\0D2024', '03')];
      assert.deepEqual(await get(store, last), ['3']);
      const held = new HeldSource<readonly Cell[]>(many('unfinished'));
      const controller = new AbortController();
      const publishing = store.publish(publication(held, 4), controller.signal);
      await held.hangs;
      await sleep(1500);
      await writeFiles();
      assert.ok((await rawVersions(prefix, 0, 2 ** 52)).includes('3'));
      assert.deepEqual(await get(store, last), ['3']);
      controller.abort(new Error('enough'));
      await assert.rejects(publishing, /enough/);
      await put(store, [], 5);
      await writeFiles();
      assert.deepEqual(await get(store, last), ['3']);
      await store.close();
    }));

  it('reads a series-year by one call, and a look at states that are known by another', () =>
    withPlace(async (place) => {
      const store = await leased(openHbaseStore(place));
      const months = Array.from({ length: 12 }, (_, i) => `${i + 1}`.padStart(2, '0'));
      await put(
        store,
        months.map((month) => cell('en\0Cat\0D2024', `all\0user\0${month}`, month)),
      );
      const calls = ['get', 'getMultiple', 'getScannerResults'] as const;
      const counted = calls.map((call) => mock.method(Client.prototype, call));
      const found = await get(
        store,
        months.map((month) => key('en\0Cat\0D2024', `all\0user\0${month}`)),
      );
      assert.deepEqual(found, months);
      assert.deepEqual(
        counted.map(({ mock }) => mock.callCount()),
        [1, 0, 0],
      );
      await store.states(signal);
      assert.deepEqual(
        counted.map(({ mock }) => mock.callCount()),
        [2, 0, 0],
      );
      mock.restoreAll();
      await store.close();
    }));

  it('finds nothing in a table that was dropped, and says in one line what HBase refused', () =>
    withPlace(async (place, prefix) => {
      const store = await leased(openHbaseStore(place));
      await put(store, [cell('a', '1', 'x')]);
      const name = tableName(prefix, TABLE);
      await withClient((client) => client.disableTable(name));
      await assert.rejects(get(store, [key('a', '1')]), (error) => {
        assert.ok(error instanceof EngineError);
        assert.match(error.message, /^can't read cells: .*/);
        assert.doesNotMatch(error.message, /\n|\tat |\.java:/);
        return true;
      });
      await withClient((client) => client.deleteTable(name));
      assert.deepEqual(await get(store, [key('a', '1')]), [undefined]);
      await put(store, [cell('a', '1', 'again')], 2).catch(() => put(store, [cell('a', '1', 'again')], 2));
      assert.deepEqual(await get(store, [key('a', '1')]), ['again']);
      await store.close();
    }));

  it('takes cells of megabytes beside each other, and refuses with a sentence what no gateway takes', () =>
    withPlace(async (place) => {
      const store = await leased(openHbaseStore(place));
      const large = [300_000, 1_900_000, 1_200_000, 1_200_000, 5].map((size, i) =>
        cell('a', `${i}`, 'x'.repeat(size)),
      );
      await put(store, large);
      const found = await store.read(TABLE, large, signal);
      assert.deepEqual(
        found.map((value) => value?.length),
        large.map(({ value }) => value.length),
      );
      await assert.rejects(put(store, [cell('a', '1', 'x'.repeat(2_100_000))], 2), {
        name: 'EngineError',
        message: /^a cell of 2100000 bytes is too large: a gateway accepts/,
      });
      await assert.rejects(put(store, [cell('r'.repeat(32_768), '1', 'x')], 2), EngineError);
      await assert.rejects(put(store, [cell('a', '1', '')], 2), EngineError);
      await store.close();
    }));

  it('reads and takes back cells whose keys together are more than a call may have', () =>
    withPlace(async (place, prefix) => {
      const store = await leased(openHbaseStore(place));
      const long = Array.from({ length: 4000 }, (_, i) => cell(`${i} ${'x'.repeat(1000)}`, '03', `${i}`));
      await put(store, long);
      assert.deepEqual(
        await get(store, long),
        long.map((_, i) => `${i}`),
      );
      const { revision } = await store.states(signal);
      const controller = new AbortController();
      const held = new HeldSource<readonly Cell[]>(long);
      const publishing = store.publish(publication(held, 2), controller.signal);
      await held.hangs;
      controller.abort(new Error('enough'));
      await assert.rejects(publishing, /enough/);
      await store.close();
      assert.deepEqual(await rawVersions(prefix, Number(revision) + 1, Number(revision) * 2), []);
      assert.equal(await systemColumn(prefix, 'pending'), '');
    }));

  it('follows a holder on another host when its heartbeat stops, and no sooner', () =>
    withPlace(async (place, prefix) => {
      await (await leased(openHbaseStore(place))).close();
      const lease = { holder: 'an import elsewhere', host: 'elsewhere.invalid', pid: 1, nonce: 'n' };
      await writeSystem(prefix, { lease: JSON.stringify(lease), heartbeat: '1' });
      const store = openHbaseStore(place);
      await assert.rejects(store.lease('too early', AbortSignal.timeout(2000)), (error) => {
        assert.ok(error instanceof LeaseHeldError);
        assert.equal(error.holder, 'an import elsewhere');
        return true;
      });
      const start = performance.now();
      const waiting = store.lease('a test', AbortSignal.timeout(HANGS_MS));
      await sleep(5000);
      await writeSystem(prefix, { heartbeat: '2' });
      await waiting;
      const seconds = (performance.now() - start) / 1000;
      assert.ok(seconds > 19 && seconds < 30, `${seconds} s`);
      await put(store, [cell('a', '1', 'x')]);
      await store.close();
    }));

  it('keeps nothing of a publication whose lease another host has taken', () =>
    withPlace(async (place, prefix) => {
      const store = await leased(openHbaseStore(place));
      const held = new HeldSource([cell('a', '1', 'late')]);
      const publishing = assert.rejects(
        store.publish(publication(held), signal),
        /lease was released, or lost/,
      );
      await held.hangs;
      const lease = { holder: 'another', host: 'elsewhere.invalid', pid: 1, nonce: 'n' };
      await writeSystem(prefix, { lease: JSON.stringify(lease) });
      held.release();
      await publishing;
      assert.equal((await store.states(signal)).tables.size, 0);
      await store.close();
      assert.equal(await systemColumn(prefix, 'lease'), JSON.stringify(lease), 'and leaves it alone');
    }));

  it('of a later format is refused with a sentence', () =>
    withPlace(async (place, prefix) => {
      await (await leased(openHbaseStore(place))).close();
      await writeSystem(prefix, { format: '2' });
      const store: SeriesStore = openHbaseStore(place);
      await assert.rejects(store.states(signal), {
        name: 'EngineError',
        message:
          'The series store has format 2, but this version of Kraken reads only format 1: a newer Kraken wrote it.',
      });
      await store.close();
    }));
});
