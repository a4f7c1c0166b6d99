import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Entries } from '../../../src/core/question/answer.ts';
import { CellFormatError } from '../../../src/core/cell/cell-format-error.ts';
import {
  decodeSeriesCell,
  decodeTopCell,
  encodeSeriesCell,
  encodeTopCell,
} from '../../../src/core/cell/cell.ts';

const MOST = Number.MAX_SAFE_INTEGER;

/** Counts of every width, zeros and doubles: what measures are made of. */
const count = fc.oneof(
  fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1, 2 ** 48, MOST),
  fc.maxSafeNat(),
  fc.nat(3000),
);
const measure = (slots: number): fc.Arbitrary<number[]> => {
  const of = (number: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(number, { minLength: slots, maxLength: slots });
  return fc.oneof(of(fc.nat(255)), of(fc.nat(65_535)), of(count), of(fc.constant(0)), of(fc.double()));
};
const series = fc
  .nat(255)
  .chain((slots) =>
    fc.record({
      presence: fc.uint8Array({ min: 0, max: 1, minLength: slots, maxLength: slots }),
      measures: fc.array(measure(slots), { maxLength: 4 }),
    }),
  )
  .map(({ presence, measures }) => ({
    presence,
    measures: measures.map((numbers) => Float64Array.from(numbers)),
  }));

const title = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', '🦑_(game)', 'a'.repeat(255), 'é'.repeat(127), '"/%?+\\', '\u0001', '\uFEFFx'),
);
const top = fc
  .record({ length: fc.nat(60), dimensions: fc.nat(3), measures: fc.nat(3) })
  .chain(({ length, dimensions, measures }) => {
    const column = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(of, { minLength: length, maxLength: length });
    const columns = <T>(of: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[][]> =>
      fc.array(column(of), { minLength: n, maxLength: n });
    return fc.record(
      {
        length: fc.constant(length),
        dimensions: columns(title, dimensions),
        ranks: column(fc.nat(100_000)),
        measures: columns(fc.oneof(count, fc.double({ noNaN: true })), measures),
      },
      { noNullPrototype: true },
    );
  });

/** Runs a decoder on bytes that may be anything: it may only answer or say that it is no cell. */
function survives(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    if (!(error instanceof CellFormatError)) throw error;
    assert.match(error.message, /^The cell .*\.$/);
  }
}

describe('a series cell', () => {
  it('comes back as it was written, with zeros where no row is stored', () => {
    fc.assert(
      fc.property(series, ({ presence, measures }) => {
        const decoded = decodeSeriesCell(encodeSeriesCell(presence, measures));
        const stored = measures.map((numbers) => numbers.map((value, slot) => (presence[slot] ? value : 0)));
        assert.deepEqual(decoded, { presence, measures: stored });
      }),
      { numRuns: 500 },
    );
  });

  it('is exact to 2^53-1 and tells zero from missing', () => {
    const presence = Uint8Array.from([1, 1, 0, 1]);
    const counts = Float64Array.from([MOST, MOST - 1, 0, 0]);
    const decoded = decodeSeriesCell(encodeSeriesCell(presence, [counts]));
    assert.deepEqual(decoded, { presence, measures: [counts] });
  });

  it('keeps negative, fractional and huge numbers as doubles', () => {
    const numbers = Float64Array.from([-1, 0.1, 2 ** 60, -0, 5e-324, MOST]);
    const decoded = decodeSeriesCell(encodeSeriesCell(new Uint8Array(6).fill(1), [numbers]));
    assert.deepEqual(decoded.measures, [numbers]);
  });

  it('is small: as many bits a day as its largest count has, next to nothing for zeros', () => {
    const month = new Uint8Array(31).fill(1);
    const sizeOf = (most: number): number =>
      encodeSeriesCell(month, [new Float64Array(31).fill(most)]).length;
    assert.equal(sizeOf(65_535), 4 + 62);
    assert.equal(sizeOf(7), 4 + 12);
    assert.equal(sizeOf(0), 4);
    month[0] = 0;
    assert.equal(sizeOf(7), 4 + 4 + 12, 'where a row is missing, a bit says so for each day');
  });

  it('has arrays of its own: changing one cell does not change others', () => {
    const cell = encodeSeriesCell(Uint8Array.from([1]), [Float64Array.from([7])]);
    const [first, second] = [decodeSeriesCell(cell), decodeSeriesCell(cell)];
    first.measures[0]?.fill(9);
    first.presence.fill(0);
    assert.deepEqual(second, { presence: Uint8Array.from([1]), measures: [Float64Array.from([7])] });
  });

  it('is read the same from the middle of a buffer', () => {
    fc.assert(
      fc.property(series, fc.uint8Array({ maxLength: 20 }), ({ presence, measures }, around) => {
        const cell = encodeSeriesCell(presence, measures);
        const buffer = Buffer.concat([around, cell, around]);
        const inside = buffer.subarray(around.length, around.length + cell.length);
        assert.deepEqual(decodeSeriesCell(inside), decodeSeriesCell(cell));
      }),
    );
  });

  it('has room for 255 periods and no more', () => {
    assert.throws(() => encodeSeriesCell(new Uint8Array(256), []), RangeError);
  });

  it('of a later version is refused with a sentence', () => {
    const cell = encodeSeriesCell(new Uint8Array(31), []);
    cell[0] = 3;
    assert.throws(() => decodeSeriesCell(cell), {
      name: 'CellFormatError',
      message: 'The cell has version 3, which a later Kraken wrote; this one reads versions up to 2.',
    });
  });

  it('is refused when it is cut short anywhere, or longer than it says', () => {
    fc.assert(
      fc.property(series, fc.nat(), ({ presence, measures }, cut) => {
        const cell = encodeSeriesCell(presence, measures);
        assert.throws(() => decodeSeriesCell(cell.subarray(0, cut % cell.length)), CellFormatError);
        assert.throws(() => decodeSeriesCell(Buffer.concat([cell, Buffer.from([0])])), CellFormatError);
      }),
    );
  });

  it('that is corrupt gives numbers or a CellFormatError, nothing else', () => {
    fc.assert(
      fc.property(series, fc.nat(), fc.nat(255), ({ presence, measures }, at, byte) => {
        const cell = encodeSeriesCell(presence, measures);
        cell[at % cell.length] = byte;
        survives(() => decodeSeriesCell(cell));
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => survives(() => decodeSeriesCell(bytes))));
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => survives(() => decodeSeriesCell(Uint8Array.of(1, ...bytes)))),
    );
  });

  it('with a count above 2^53-1 is refused', () => {
    const cell = encodeSeriesCell(Uint8Array.of(1), [Float64Array.of(MOST)]);
    cell[cell.length - 1] = 0xff;
    assert.throws(() => decodeSeriesCell(cell), /above 2\^53-1/);
  });
});

describe('a top cell', () => {
  const decode = (bytes: Uint8Array, like: Entries): Entries =>
    decodeTopCell(bytes, like.dimensions.length, like.measures.length);

  it('comes back as it was written: titles with emoji and of 255 bytes, ranks, measures', () => {
    fc.assert(
      fc.property(top, (entries) => {
        assert.deepEqual(decode(encodeTopCell(entries), entries), entries);
      }),
      { numRuns: 300 },
    );
  });

  it('of another metric is refused with a sentence', () => {
    const cell = encodeTopCell({ length: 1, dimensions: [['a']], ranks: [1], measures: [[5]] });
    assert.throws(() => decodeTopCell(cell, 1, 2), {
      name: 'CellFormatError',
      message: 'The cell has 1 ranked dimensions and 1 measures, but the metric has 1 and 2.',
    });
  });

  it('is refused when it is cut short anywhere, or longer than it says', () => {
    fc.assert(
      fc.property(top, fc.nat(), (entries, cut) => {
        const cell = encodeTopCell(entries);
        assert.throws(() => decode(cell.subarray(0, cut % cell.length), entries), CellFormatError);
        assert.throws(() => decode(Buffer.concat([cell, Buffer.from([0])]), entries), CellFormatError);
      }),
    );
  });

  it('that is corrupt gives entries or a CellFormatError, nothing else', () => {
    fc.assert(
      fc.property(top, fc.nat(), fc.nat(255), (entries, at, byte) => {
        const cell = encodeTopCell(entries);
        cell[at % cell.length] = byte;
        survives(() => {
          const decoded = decode(cell, entries);
          for (const column of [...decoded.dimensions, ...decoded.measures, decoded.ranks]) {
            assert.equal(column.length, decoded.length);
          }
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('has room for 65,535 entries and no more', () => {
    const list = (length: number): Entries => ({
      length,
      dimensions: [new Array<string>(length).fill('x')],
      ranks: new Array<number>(length).fill(1),
      measures: [],
    });
    assert.equal(decodeTopCell(encodeTopCell(list(65_535)), 1, 0).length, 65_535);
    assert.throws(() => encodeTopCell(list(65_536)), RangeError);
  });
});
