import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeSeriesCell, decodeTopCell } from '../../../src/core/cell/cell.ts';

describe('a cell of version 1', () => {
  it('of a series is read: a bit for each slot, numbers of whole bytes', () => {
    const decoded = (...bytes: number[]): readonly Float64Array[] => {
      const { presence, measures } = decodeSeriesCell(
        Uint8Array.from([1, 10, 2, 0b0010_0101, 0b10, ...bytes]),
      );
      assert.deepEqual(presence, Uint8Array.from([1, 0, 1, 0, 0, 1, 0, 0, 0, 1]));
      return measures;
    };
    const slots = (a: number, b: number, c: number, d: number): Float64Array =>
      Float64Array.from([a, 0, b, 0, 0, c, 0, 0, 0, d]);
    assert.deepEqual(decoded(0, 1, 1, 2, 255, 0), [slots(0, 0, 0, 0), slots(1, 2, 255, 0)]);
    const two = [2, 1, 2, 0, 0, 255, 255, 5, 0];
    const three = [3, 1, 2, 3, 0, 0, 0, 9, 9, 9, 0, 0, 1];
    assert.deepEqual(decoded(...two, ...three), [
      slots(513, 0, 65_535, 5),
      slots(0x030201, 0, 0x090909, 65_536),
    ]);
    const four = [4, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255];
    const doubles = [-1, 0.5, 2 ** 60, 0].flatMap((one) => [...Buffer.from(Float64Array.of(one).buffer)]);
    assert.deepEqual(decoded(...four, 8, ...doubles), [
      slots(2 ** 24 + 1, 2, 0, 2 ** 32 - 1),
      slots(-1, 0.5, 2 ** 60, 0),
    ]);
  });

  it('of a list is read', () => {
    const texts = [1, 1, 3, 4, 0, 0, 0, ...Buffer.from('aBcd')];
    const cell = Uint8Array.from([1, 1, 1, 2, 0, 1, 1, 2, 2, 0, 1, 7, 0, ...texts]);
    assert.deepEqual(decodeTopCell(cell, 1, 1), {
      length: 2,
      dimensions: [['a', 'Bcd']],
      ranks: [1, 2],
      measures: [[256, 7]],
    });
  });
});
