import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import { batches, bytes, cell, get, key, keyAlone, leased, put, signal, TABLE, texts } from './cells.ts';
import type { CellKey } from '../../src/core/cell/layout.ts';
import { type OpenedStore, publicationConformance } from './publication-conformance.ts';
import { leaseConformance } from './lease-conformance.ts';
import { queueConformance } from './queue-conformance.ts';
import { scanConformance } from './scan-conformance.ts';
import { HANGS_MS } from '../support/hangs.ts';

/**
 * What every series store must do. A new engine registers in `test/stores/ENGINE/ENGINE.test.ts`:
 *
 *     seriesStoreConformance('engine', async () => {
 *       const place = await emptyPlace();
 *       let store = await openEngineStore(place.path);
 *       const reopen = async () => {
 *         await store.close();
 *         return (store = await openEngineStore(place.path));
 *       };
 *       const close = () => store.close().then(() => place.remove());
 *       return { store, reopen, close };
 *     });
 *
 * @param open gives an empty store each time
 */
export function seriesStoreConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(`series store ${name}`, { timeout: HANGS_MS }, () => {
    let opened: OpenedStore;
    let store: SeriesStore;
    beforeEach(async () => {
      opened = await open();
      store = await leased(opened.store);
    });
    afterEach(() => opened.close());

    it('reads many cells in the order asked, undefined where there is none', async () => {
      await put(store, [cell('a', '1', 'a1'), cell('a', '2', 'a2'), cell('b', '1', 'b1')]);
      const keys = [key('b', '1'), key('b', '2'), key('a', '2'), key('a', '1'), key('b', '1'), key('', '')];
      assert.deepEqual(await get(store, keys), ['b1', undefined, 'a2', 'a1', 'b1', undefined]);
      assert.deepEqual(await get(store, []), []);
      assert.deepEqual(await store.read('another_table', [key('a', '1')], signal), [undefined]);
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
      await put(store, [cell('a', '1', 'there')], 1, `${TABLE}_2`);
      const there = await store.read(`${TABLE}_2`, [key('a', '1')], signal);
      assert.deepEqual([...(await get(store, [key('a', '1')])), ...texts(there)], ['here', 'there']);
      await store.publish(
        { table: TABLE, clear: [{ row: 'a', column: '1' }], cells: batches(), state: EMPTY_STATE },
        signal,
      );
      const after = await store.read(`${TABLE}_2`, [key('a', '1')], signal);
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

    it('tells cells apart that stand alone, and those that stand together', async () => {
      const periods = ['10', '01', '2024', '011', '0'];
      const together = periods.map((period) => key('a\0D2024', `all\0${period}`));
      const alone = ['0101', '0102', '1231'].map((period) => keyAlone('a\0D2024', `all\0${period}`));
      const keys = [...together, ...alone, key('a\0D2023', 'all\x0001'), key('b\0D2024', 'all\x0001')];
      const valueOf = (i: number, version: number): string => `${version} `.repeat(1 + i * 60 * version);
      for (const version of [2, 1, 3]) {
        await put(
          store,
          keys.map((one, i) => ({ ...one, value: bytes(valueOf(i, version)) })),
        );
        assert.deepEqual(
          await get(store, keys),
          keys.map((_, i) => valueOf(i, version)),
        );
      }
      const [first] = keys as [CellKey];
      await put(store, [{ ...first, value: bytes('short') }]);
      assert.deepEqual(
        await get(store, keys),
        keys.map((_, i) => (i === 0 ? 'short' : valueOf(i, 3))),
      );
      await store.publish(
        {
          table: TABLE,
          clear: ['10', '0102', '0'].map((column) => ({ row: 'D2024', column })),
          cells: batches(),
          state: EMPTY_STATE,
        },
        signal,
      );
      assert.deepEqual(
        await get(store, keys),
        keys.map((_, i) => ([0, 4, 6].includes(i) ? undefined : valueOf(i, 3))),
      );
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
      const keys = cells.map(({ row, column, periodBytes }) => ({ row, column, periodBytes })).reverse();
      assert.deepEqual(await get(store, keys), texts(cells.map(({ value }) => value)).reverse());
    });

    it('finds names beside one, of rows that begin alike, and nothing that was cleared', async () => {
      const row = (project: string, article: string, period = 'D2024'): string =>
        `${project}\0${article}\0${period}`;
      const articles = ['Cat', 'Cats', 'Catamaran', 'Cattle', 'Cäsar', 'Dog'];
      await put(store, [
        ...articles.map((article) => cell(row('en', article), '03', 'x')),
        ...['D2023', 'H202403', 'M'].map((period) => cell(row('en', 'Cat', period), '03', 'x')),
        cell(row('de', 'Catt'), '03', 'x'),
        cell(row('en', 'Rust_(programming_language)'), '03', 'x'),
        cell(row('de', 'Rust_(Film)'), '03', 'x'),
      ]);
      await put(store, [cell(row('en', 'Catt'), '03', 'x')], 2, `${TABLE}_2`);
      const near = async (name: string, table = TABLE): Promise<string[]> =>
        store.namesNear(table, { before: 'en\0', name, after: '' }, signal);
      const found = await near('Catt');
      assert.ok(found.includes('Cat') && found.includes('Cats') && found.includes('Cattle'), found.join());
      assert.ok(!found.includes('Catt'), 'neither of another project nor of another table');
      assert.deepEqual(
        found.filter((name) => !articles.includes(name)),
        [],
      );
      assert.ok((await near('Cat')).includes('Cat'), 'the name itself');
      const begun = { before: 'en\0', name: 'Rust', begins: 'Rust_(', after: '' };
      const languages = await store.namesNear(TABLE, begun, signal);
      assert.ok(languages.includes('Rust_(programming_language)'), languages.join());
      assert.ok(!languages.includes('Rust_(Film)'), 'of another project');
      assert.deepEqual(await near('Cat', 'another_table'), []);
      assert.deepEqual((await near('x'.repeat(3000))).length, 0);
      await store.publish(
        { table: TABLE, clear: [{ row: 'D2024', column: '03' }], cells: batches(), state: EMPTY_STATE },
        signal,
      );
      assert.ok(!(await near('Catt')).includes('Cats'), 'what was cleared');
    });

    publicationConformance(() => opened);
    queueConformance(() => opened);
    scanConformance(() => opened);
    leaseConformance(() => opened);
  });
}
