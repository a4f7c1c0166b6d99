import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BundleBuffer, cellIn, type PeriodKey } from '../../../src/stores/lmdb/bundle.ts';
import { bytes } from '../cells.ts';

/** The key of a cell whose column has this beginning, which a bundle leaves alone. */
function keyOf(period: string, beginning = 'all-access\0user\0'): PeriodKey {
  return { column: bytes(beginning + period), periodBytes: bytes(period).length };
}

const found = (bundle: Uint8Array, period: string): string | undefined => {
  const cell = cellIn(bundle, bundle.length, keyOf(period));
  return cell && Buffer.from(cell).toString('latin1');
};

const period = fc.constantFrom('01', '02', '03', '10', '11', '12', '2024', '0', '1', '');
/** Sizes around those where the length takes more bytes, and where the buffer grows. */
const size = fc.oneof(fc.nat(60), fc.constantFrom(0, 254, 255, 256, 8192, 65_536));
const change = fc.record({ period, size, isRemoved: fc.boolean() });

describe('a bundle of cells', () => {
  it('has the cells that were put last, whatever was put and removed before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const cells = new Map<string, string>();
        const buffer = new BundleBuffer();
        changes.forEach((one, i) => {
          if (one.isRemoved) {
            const isThere = cells.delete(one.period);
            assert.equal(
              buffer.remove((period) => Buffer.from(period).toString() === one.period),
              isThere,
            );
          } else {
            const value = String.fromCharCode(i).repeat(one.size);
            cells.set(one.period, value);
            buffer.put(keyOf(one.period), Buffer.from(value, 'latin1'));
          }
          // Each change goes on from the bundle as it is stored.
          const stored = Uint8Array.from(buffer.bytes);
          buffer.load(stored);
          for (const other of ['01', '02', '03', '10', '11', '12', '2024', '0', '1', ''])
            assert.equal(found(stored, other), cells.get(other));
        });
      }),
    );
  });

  it('has the same bytes in whatever order its cells came', () => {
    const cells = ['03', '01', '2024', '02', '0', '012'];
    const made = [cells, cells.toReversed(), cells.toSorted()].map((periods) => {
      const buffer = new BundleBuffer();
      buffer.load(undefined);
      for (const one of periods) buffer.put(keyOf(one), bytes(`cell ${one}`));
      return Buffer.from(buffer.bytes).toString('hex');
    });
    assert.equal(new Set(made).size, 1);
  });

  it('is no longer than its cells, their periods and two bytes for each', () => {
    const buffer = new BundleBuffer();
    for (let month = 1; month <= 12; month++)
      buffer.put(keyOf(`${month}`.padStart(2, '0')), new Uint8Array(35));
    assert.equal(buffer.bytes.length, 12 * (2 + 2 + 35));
  });

  it('that is damaged gives a cell, none, or a RangeError', () => {
    const buffer = new BundleBuffer();
    for (const one of ['01', '02', '2024']) buffer.put(keyOf(one), new Uint8Array(one === '02' ? 300 : 20));
    const whole = Uint8Array.from(buffer.bytes);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = whole.slice(0, length);
        if (at < length) damaged[at] = byte;
        for (const act of [
          () => cellIn(damaged, length, keyOf('2024')),
          () => {
            buffer.load(damaged);
            buffer.put(keyOf('11'), new Uint8Array(9));
          },
          () => buffer.remove(() => true),
        ]) {
          try {
            act();
          } catch (error) {
            assert.ok(error instanceof RangeError);
            assert.match(error.message, /damaged/);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
