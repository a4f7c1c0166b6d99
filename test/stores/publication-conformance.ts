import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EMPTY_STATE, type TableState } from '../../src/core/table-state.ts';
import type { Cell, SeriesStore } from '../../src/stores/series-store.ts';
import { batches, cell, get, key, period, put, signal, TABLE } from './cells.ts';

/** A store under test. */
export interface OpenedStore {
  readonly store: SeriesStore;
  /** Closes it and opens it again over the same data, where the engine keeps any. */
  readonly reopen?: () => Promise<SeriesStore>;
  close(): Promise<void>;
}

/** What every series store must do with a publication. */
export function publicationConformance(given: () => OpenedStore): void {
  it('clears the cells of a period, of every series, and no others', async () => {
    const { store } = given();
    const gone = [
      ['en\0D2023\0D2024', 'all\x0003'],
      ['en\0a\0D2024', 'all\x0003'],
      ['en\0a\0D2024', 'user\x0003'],
      ['D2024', '03'],
    ];
    const kept = [
      ['en\0a\0D2024', 'all\x0004'],
      ['en\0D2024\0D2023', 'all\x0003'],
      ['en\0xD2024\0M', 'all\x0003'],
      ['en\0a\0xD2024', 'all\x0003'],
      ['en\0a\0D2024', 'all\x00103'],
      ['en\0a\x01D2024', 'all\x0003'],
      ['en\0a\0D2024', '03\0all'],
      ['en\0a\0M', '2024'],
    ];
    const all = [...gone, ...kept] as [string, string][];
    await put(
      store,
      all.map(([row, column]) => cell(row, column, 'x')),
    );
    const clear = [period('D2024', '03'), period('D2022', '01')];
    const added = cell('en\0b\0D2024', 'all\x0003', 'after');
    await store.publish({ table: TABLE, clear, cells: batches([added]), state: EMPTY_STATE }, signal);
    const found = await get(
      store,
      all.map(([row, column]) => key(row, column)),
    );
    assert.deepEqual(found, [...gone.map(() => undefined), ...kept.map(() => 'x')]);
    assert.deepEqual(
      await get(store, [added]),
      ['after'],
      'what the publication brings comes after the clearing',
    );
  });

  it('clears a period of 25,000 series', async () => {
    const { store } = given();
    const cells = Array.from({ length: 50_000 }, (_, i) =>
      cell(`en\0${i >> 1}\0D2024`, i % 2 ? '03' : '04', 'x'),
    );
    await put(store, cells);
    await store.publish(
      { table: TABLE, clear: [period('D2024', '03')], cells: batches(), state: EMPTY_STATE },
      signal,
    );
    assert.deepEqual(
      await get(store, cells),
      cells.map((_, i) => (i % 2 ? undefined : 'x')),
    );
  });

  it('keeps the state of each table and gives a new revision with each publication', async () => {
    const { store, reopen } = given();
    const none = await store.states(signal);
    assert.equal(none.tables.size, 0);
    const state: TableState = {
      version: 7,
      partitions: new Map([['daily/2024-03', { version: 7, removed: 3, rows: 31 }]]),
      coverage: new Map([
        [
          'daily',
          new Map([
            ['en.wikipedia', [{ first: 1, last: 31, complete: true }]],
            ['', []],
          ]),
        ],
      ]),
    };
    await store.publish({ table: TABLE, clear: [], cells: batches([]), state }, signal);
    await put(store, [], 2, 'unique-devices');
    const both = await store.states(signal);
    assert.deepEqual(
      both.tables,
      new Map([
        [TABLE, state],
        ['unique-devices', { ...EMPTY_STATE, version: 2 }],
      ]),
    );
    assert.equal((await store.states(signal)).revision, both.revision);
    await put(store, [], 3, 'unique-devices');
    const later = await store.states(signal);
    assert.equal(new Set([none.revision, both.revision, later.revision]).size, 3);
    assert.equal(later.tables.get('unique-devices')?.version, 3);
    if (!reopen) return;
    const reopened = await reopen();
    assert.deepEqual(await reopened.states(signal), later);
  });

  it('shows a state only with all of its cells', async () => {
    const { store } = given();
    await put(store, [cell('a', '1', '1')], 1);
    let seen = 0;
    async function* slowly(): AsyncGenerator<readonly Cell[]> {
      for (let i = 0; i < 20; i++) {
        yield [cell('a', '1', '2'), cell('b', `${i}`, '2')];
        const { tables } = await store.states(signal);
        if (tables.get(TABLE)?.version === 1) seen++;
      }
    }
    await store.publish(
      { table: TABLE, clear: [], cells: slowly(), state: { ...EMPTY_STATE, version: 2 } },
      signal,
    );
    assert.equal(seen, 20, 'the old state was there until the end');
    assert.equal((await store.states(signal)).tables.get(TABLE)?.version, 2);
    assert.deepEqual(await get(store, [key('a', '1'), key('b', '19')]), ['2', '2']);
  });

  it('keeps the state as it was, and takes the next publication, when the cells fail', async () => {
    const { store } = given();
    await put(store, [cell('a', '1', 'old')], 1);
    const before = await store.states(signal);
    const failure = new Error('the file ended too early');
    async function* failing(): AsyncGenerator<readonly Cell[]> {
      yield [cell('a', '1', 'new')];
      throw failure;
    }
    const state = { ...EMPTY_STATE, version: 2 };
    await assert.rejects(
      store.publish({ table: TABLE, clear: [], cells: failing(), state }, signal),
      failure,
    );
    assert.deepEqual(await store.states(signal), before);
    await put(store, [cell('a', '1', 'newer')], 2);
    assert.deepEqual(await get(store, [key('a', '1')]), ['newer']);
  });

  it('takes publications that are asked for at once one after the other', async () => {
    const { store } = given();
    await Promise.all([1, 2, 3].map((n) => put(store, [cell('a', `${n}`, `${n}`)], n, `table-${n}`)));
    assert.equal((await store.states(signal)).tables.size, 3);
  });
}
