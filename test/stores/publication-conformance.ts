import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EMPTY_STATE, type TableState } from '../../src/core/time/table-state.ts';
import type { Cell, SeriesStore } from '../../src/stores/series-store.ts';
import { batches, cell, get, key, put, signal, TABLE } from './cells.ts';

/** A store under test, empty when it is given. */
export interface OpenedStore {
  readonly store: SeriesStore;
  /** Closes it and opens it again over the same data. */
  readonly reopen: () => Promise<SeriesStore>;
  /** Closes it, whether it was reopened or is closed already, and removes the data. */
  readonly close: () => Promise<void>;
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
    const clear = [
      { row: 'D2024', column: '03' },
      { row: 'D2022', column: '01' },
    ];
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
      { table: TABLE, clear: [{ row: 'D2024', column: '03' }], cells: batches(), state: EMPTY_STATE },
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
    await put(store, [], 2, 'unique_devices');
    const both = await store.states(signal);
    assert.deepEqual(
      both.tables,
      new Map([
        [TABLE, state],
        ['unique_devices', { ...EMPTY_STATE, version: 2 }],
      ]),
    );
    assert.equal((await store.states(signal)).revision, both.revision);
    await put(store, [], 3, 'unique_devices');
    const later = await store.states(signal);
    assert.equal(new Set([none.revision, both.revision, later.revision]).size, 3);
    assert.equal(later.tables.get('unique_devices')?.version, 3);
    await put(store, [], 3, 'unique_devices');
    const same = await store.states(signal);
    assert.deepEqual(same.tables, later.tables);
    assert.notEqual(same.revision, later.revision, 'also when the state is as before');
    const reopened = await reopen();
    assert.deepEqual(await reopened.states(signal), same);
  });

  it('shows nothing of a publication before it is over, and then all of it at once', async () => {
    const { store } = given();
    const cells = [cell('a', '1', 'old'), cell('a\0D2024', '03', 'old')];
    await put(store, cells, 1);
    const before = await store.states(signal);
    const keys = [...cells, key('b', '0'), key('b', '19')];
    let looks = 0;
    async function* looking(): AsyncGenerator<readonly Cell[]> {
      for (let i = 0; i < 20; i++) {
        yield [cell('a', '1', `new ${i}`), cell('b', `${i}`, 'new')];
        assert.deepEqual(await get(store, keys), ['old', 'old', undefined, undefined]);
        assert.deepEqual(await store.states(signal), before);
        looks++;
      }
    }
    const clear = [{ row: 'D2024', column: '03' }];
    const state = { ...EMPTY_STATE, version: 2 };
    await store.publish({ table: TABLE, clear, cells: looking(), state }, signal);
    assert.equal(looks, 20);
    assert.deepEqual(await get(store, keys), ['new 19', undefined, 'new', 'new']);
    assert.equal((await store.states(signal)).tables.get(TABLE)?.version, 2);
  });

  it('keeps nothing of a publication whose source fails, and takes the next', async () => {
    const { store, reopen } = given();
    const cells = [cell('a', '1', 'old'), cell('a\0D2024', '03', 'old')];
    await put(store, cells, 1);
    const before = await store.states(signal);
    const failure = new Error('the file ended too early');
    async function* failing(): AsyncGenerator<readonly Cell[]> {
      yield [cell('a', '1', 'new'), cell('b', '1', 'new')];
      yield [cell('b', '2', 'new')];
      throw failure;
    }
    const clear = [{ row: 'D2024', column: '03' }];
    const state = { ...EMPTY_STATE, version: 2 };
    await assert.rejects(
      store.publish({ table: TABLE, clear, cells: failing(), state }, signal),
      (error) => error === failure,
    );
    const keys = [...cells, key('b', '1'), key('b', '2')];
    assert.deepEqual(await store.states(signal), before);
    assert.deepEqual(await get(store, keys), ['old', 'old', undefined, undefined]);
    await put(store, [cell('b', '2', 'newer')], 2);
    assert.deepEqual(await get(store, keys), ['old', 'old', undefined, 'newer']);
    assert.deepEqual(await get(await reopen(), keys), ['old', 'old', undefined, 'newer']);
  });

  it('keeps its own copy of what a publication gave, and gives copies', async () => {
    const { store } = given();
    const mine = cell('a', '1', 'value');
    await put(store, [mine]);
    for (const buffer of [mine.row, mine.column, mine.value]) buffer.fill(0);
    const [value] = await store.read(TABLE, [key('a', '1')], signal);
    assert.deepEqual(value && Buffer.from(value).toString(), 'value');
    value?.fill(0);
    assert.deepEqual(await get(store, [key('a', '1')]), ['value']);
  });

  it('writes the last of the cells that one publication brings for one key', async () => {
    const { store } = given();
    const cells = batches([cell('a', '1', 'first'), cell('a', '1', 'second')], [cell('a', '1', 'third')]);
    await store.publish({ table: TABLE, clear: [], cells, state: EMPTY_STATE }, signal);
    assert.deepEqual(await get(store, [key('a', '1')]), ['third']);
  });
}
