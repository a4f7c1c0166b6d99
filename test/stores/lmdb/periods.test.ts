import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeSeriesCell } from '../../../src/core/cell/cell.ts';
import { cellKeyOf, type CellPeriod, cellPeriods } from '../../../src/core/cell/layout.ts';
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb-store.ts';
import type { Cell } from '../../../src/stores/series-store.ts';
import { cell, leased, put, signal, TABLE } from '../cells.ts';

describe('the order of the LMDB file, by period', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-lmdb-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('takes at most 2.5 bytes for a day of an article, published month by month, and hardly more for a month again', async () => {
    const path = join(folder, 'small.mdb');
    const store = await leased(openLmdbStore(path));
    const articles = 400;
    const days = 4 * 365;
    const months = cellPeriods('series', { grain: 'daily', first: 16_436, last: 16_436 + days - 1 });
    const cellOf = (article: number, month: CellPeriod): Cell => {
      const series = { row: `en.wikipedia\0Some_article_${article}\0`, column: 'all-access\0user\0' };
      const level = 2 + Math.floor(20_000 / (1 + article * 12));
      const views = Float64Array.from({ length: month.slots }, (_, day) =>
        Math.floor(level * (0.5 + (((article + month.first + day) * 7919) % 1000) / 1000)),
      );
      const value = encodeSeriesCell(new Uint8Array(month.slots).fill(1), [views]);
      return { ...cellKeyOf(series, month), value };
    };
    const publishMonth = async (month: CellPeriod): Promise<void> =>
      put(
        store,
        Array.from({ length: articles }, (_, article) => cellOf(article, month)),
      );
    for (const month of months) await publishMonth(month);
    const { size } = await stat(path);
    assert.ok(size / (articles * days) < 2.5, `${size / (articles * days)} bytes a day`);
    for (let again = 0; again < 3; again++) await publishMonth(months.at(-1) as CellPeriod);
    const after = (await stat(path)).size;
    assert.ok(after < size * 1.2, `${size} bytes became ${after}: pages of other years were written`);
    await store.close();
  });

  it('finds names in the last year of days, the last month of hours and all months, and in two years where there is room', async () => {
    const store = await leased(openLmdbStore(join(folder, 'names.mdb')));
    const named = (article: string, period: string): Cell =>
      cell(`en\0${article}\0${period}`, 'all\x0003', 'x');
    const days = [named('Cat1', 'D2022'), named('Cat2', 'D2023'), named('Cat3', 'D2024')];
    await put(store, [...days, named('Cat4', 'M')]);
    const hours = [named('Cat5', 'H202402'), named('Cat6', 'H202403')];
    await put(store, [...days, ...hours, named('Cat4', 'M')], 1, 'table_2');
    const near = async (table: string): Promise<string[]> => {
      const found = await store.namesNear(table, { before: 'en\0', name: 'Cat', after: '' }, signal);
      return found.sort();
    };
    assert.deepEqual(await near(TABLE), ['Cat2', 'Cat3', 'Cat4']);
    assert.deepEqual(await near('table_2'), ['Cat3', 'Cat4', 'Cat6']);
    await store.close();
  });
});
