import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EMPTY_STATE } from '../../src/core/table-state.ts';
import { EngineError } from '../../src/core/engine-error.ts';
import type { Cell, SeriesStore } from '../../src/stores/series-store.ts';
import { batches, bytes, cell, get, key, period, put, signal, TABLE, texts } from './cells.ts';
import { type OpenedStore, publicationConformance } from './publication-conformance.ts';

/** What every series store must do. `open` gives an empty store each time. */
export function seriesStoreConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(`series store ${name}`, () => {
    let opened: OpenedStore;
    let store: SeriesStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('reads many cells in the order asked, undefined where there is none', async () => {
      await put(store, [cell('a', '1', 'a1'), cell('a', '2', 'a2'), cell('b', '1', 'b1')]);
      const keys = [key('b', '1'), key('b', '2'), key('a', '2'), key('a', '1'), key('b', '1'), key('', '')];
      assert.deepEqual(await get(store, keys), ['b1', undefined, 'a2', 'a1', 'b1', undefined]);
      assert.deepEqual(await get(store, []), []);
      assert.deepEqual(await store.read('another-table', [key('a', '1')], signal), [undefined]);
    });

    it('gives values that later reads leave alone', async () => {
      await put(store, [cell('a', '1', 'first'), cell('a', '2', 'other')]);
      const first = await store.read(TABLE, [key('a', '1')], signal);
      await store.read(TABLE, [key('a', '2')], signal);
      assert.deepEqual(texts(first), ['first']);
    });

    it('replaces a cell that exists and keeps those that are not published', async () => {
      await put(store, [cell('a', '1', 'old'), cell('a', '2', 'kept')]);
      await put(store, [cell('a', '1', 'new and longer')], 2);
      assert.deepEqual(await get(store, [key('a', '1'), key('a', '2')]), ['new and longer', 'kept']);
    });

    it('tells rows and columns apart wherever one ends and the other starts', async () => {
      await put(store, [
        cell('a\0b', 'c', '1'),
        cell('a', 'b\0c', '2'),
        cell('ab', 'c', '3'),
        cell('a', 'bc', '4'),
      ]);
      const keys = [key('a\0b', 'c'), key('a', 'b\0c'), key('ab', 'c'), key('a', 'bc')];
      assert.deepEqual(await get(store, keys), ['1', '2', '3', '4']);
    });

    it('tells tables apart, also where one name starts another', async () => {
      await put(store, [cell('a', '1', 'here')]);
      await put(store, [cell('a', '1', 'there')], 1, `${TABLE}-2`);
      const there = await store.read(`${TABLE}-2`, [key('a', '1')], signal);
      assert.deepEqual([...(await get(store, [key('a', '1')])), ...texts(there)], ['here', 'there']);
      await store.publish(
        { table: TABLE, clear: [period('a', '1')], cells: batches(), state: EMPTY_STATE },
        signal,
      );
      const after = await store.read(`${TABLE}-2`, [key('a', '1')], signal);
      assert.deepEqual([...(await get(store, [key('a', '1')])), ...texts(after)], [undefined, 'there']);
    });

    it('keeps keys with emoji, control bytes and 1024-byte titles, and values of a megabyte', async () => {
      const big = new Uint8Array(1 << 20).map((_, index) => index % 251);
      const long = key(`en.wikipedia\0${'é'.repeat(512)}\0D2024`, 'all-access\0all-agents\x0003');
      const rows = ['en\0🦑_\u{1F1FA}\u{1F1F3}\0D2024', 'en\0\x01\x02\x7f\t\n\0D2024', 'en\0%00"\\\0D2024'];
      await put(store, [...rows.map((row) => cell(row, '03', row)), { ...long, value: big }]);
      assert.deepEqual(
        await get(
          store,
          rows.map((row) => key(row, '03')),
        ),
        rows,
      );
      const [value] = await store.read(TABLE, [long], signal);
      assert.ok(value && Buffer.compare(value, big) === 0, 'the megabyte comes back as it was');
    });

    it('has nothing under a key that is too long to exist', async () => {
      assert.deepEqual(await get(store, [key('x'.repeat(100_000), '03'), key('x', 'y'.repeat(5000))]), [
        undefined,
        undefined,
      ]);
    });

    it('reads 10,000 cells at once', async () => {
      const cells = Array.from({ length: 10_000 }, (_, index) =>
        cell(`row ${index}`, '03', `value ${index}`),
      );
      await put(store, cells);
      const keys = cells.map(({ row, column }) => ({ row, column })).reverse();
      assert.deepEqual(await get(store, keys), texts(cells.map(({ value }) => value)).reverse());
    });

    it('reads the columns of one row from one up to another, in the order of their unsigned bytes', async () => {
      const columns = [[0xff], [0x7f], [0x80], [0x00], [0x80, 0x00], [0x01], [0xfe, 0xff]].map((c) =>
        Uint8Array.from(c),
      );
      const row = bytes('en\0a\0D2024');
      const value = bytes('x');
      const others = ['en\0a\0D2023', 'en\0a\0D2025', 'en\0a\0D202', 'en\0a\0D20244'].map((r) =>
        cell(r, '\x80', 'y'),
      );
      await put(store, [...columns.map((column) => ({ row, column, value })), ...others]);
      const read = async (from: number[], to: number[]): Promise<string[]> => {
        const cells = await store.readRow(TABLE, row, Uint8Array.from(from), Uint8Array.from(to), signal);
        for (const found of cells) assert.deepEqual(texts([found.row, found.value]), ['en\0a\0D2024', 'x']);
        return cells.map(({ column }) => Buffer.from(column).toString('hex'));
      };
      assert.deepEqual(await read([0x01], [0xff]), ['01', '7f', '80', '8000', 'feff']);
      assert.deepEqual(await read([], [0xff, 0xff]), ['00', '01', '7f', '80', '8000', 'feff', 'ff']);
      assert.deepEqual(await read([0x80], [0x80]), []);
      assert.deepEqual(await read([0x81], [0x02]), []);
      assert.deepEqual(await store.readRow(TABLE, bytes('en'), bytes(''), bytes('\xff'), signal), []);
    });

    publicationConformance(() => opened);

    it("rejects with the signal's reason when it is aborted, also in the middle of a publication", async () => {
      const reason = new Error('nobody waits any more');
      const aborted = AbortSignal.abort(reason);
      const nothing = { table: TABLE, clear: [], cells: batches(), state: EMPTY_STATE };
      await assert.rejects(store.states(aborted), reason);
      await assert.rejects(store.read(TABLE, [key('a', '1')], aborted), reason);
      await assert.rejects(store.readRow(TABLE, bytes('a'), bytes(''), bytes('b'), aborted), reason);
      await assert.rejects(store.publish(nothing, aborted), reason);
      await assert.rejects(store.ping(aborted), reason);
      const controller = new AbortController();
      async function* hanging(): AsyncGenerator<readonly Cell[]> {
        yield [cell('a', '1', 'new')];
        controller.abort(reason);
        await new Promise(() => undefined);
      }
      await assert.rejects(store.publish({ ...nothing, cells: hanging() }, controller.signal), reason);
      assert.equal((await store.states(signal)).tables.size, 0);
      await put(store, [], 1);
    });

    it('answers a ping while it is open, and rejects every call with an EngineError once it is closed', async () => {
      await store.ping(signal);
      await store.close();
      await store.close();
      await assert.rejects(store.ping(signal), EngineError);
      await assert.rejects(store.states(signal), EngineError);
      await assert.rejects(get(store, [key('a', '1')]), EngineError);
      await assert.rejects(store.readRow(TABLE, bytes('a'), bytes(''), bytes('b'), signal), EngineError);
      await assert.rejects(put(store, []), EngineError);
    });
  });
}
