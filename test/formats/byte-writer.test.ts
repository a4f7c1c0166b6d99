import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../src/formats/byte-writer.ts';

void test('the bytes are those of the string, whatever the pieces and the first size', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 1e21, 5e-324, -1),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 0, max: 64 }), (pieces, size) => {
      const out = new ByteWriter(size);
      for (const [i, one] of pieces.entries()) {
        if (typeof one === 'number') out.number(one);
        else if (i % 3 === 1) out.bytes(Buffer.from(one));
        else if (i % 3 === 2) out.part(Buffer.from(`..${one}`), 2, Buffer.byteLength(one));
        else out.text(one);
      }
      assert.equal(out.finish().toString(), Buffer.from(pieces.join('')).toString());
    }),
    { numRuns: 1000 },
  );
});

void test('a part of other bytes is written into a piece or between pieces, whether the buffer has room or not', () => {
  const others = Buffer.from('20240101002024010200');
  for (const size of [0, 1, 30, 64]) {
    const out = new ByteWriter(size);
    out.byte(0x5b);
    out.bytesWith(Buffer.from('{"timestamp":"          "}'), 14, others, 10, 10);
    out.byte(0x2c);
    out.part(others, 0, 10);
    out.byte(0x5d);
    assert.equal(out.finish().toString(), '[{"timestamp":"2024010200"},2024010100]');
  }
});
