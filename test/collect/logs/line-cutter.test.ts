import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LineCutter, LONGEST_LINE, type Line } from '../../../src/collect/logs/line-cutter.ts';

/** All lines of some bytes, cut by one cutter that gets them in pieces. */
function cut(bytes: Buffer, pieces: readonly number[], cutter = new LineCutter()): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (const length of [...pieces, bytes.length]) {
    lines.push(...cutter.push(bytes.subarray(at, at + length)));
    at += length;
    if (at >= bytes.length) break;
  }
  const last = cutter.end();
  return last ? [...lines, last] : lines;
}

const content = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\n\n', 'é', '\u{1f419}', 'a'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
  )
  .map((parts) => Buffer.from(parts.join('')));
const pieces = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 });

test('the lines and their offsets do not depend on how the bytes arrive', () => {
  fc.assert(
    fc.property(content, pieces, (bytes, lengths) => {
      const lines = cut(bytes, lengths);
      assert.deepEqual(lines, cut(bytes, [bytes.length]));
      for (const { at, text } of lines) {
        const end = bytes.indexOf('\n', at);
        const whole = bytes.toString('utf8', at, end < 0 ? bytes.length : end);
        assert.equal(text, whole.endsWith('\r') ? whole.slice(0, -1) : whole);
      }
    }),
  );
});

test('another cutter continues at the place of the first one', () => {
  fc.assert(
    fc.property(content, fc.nat(200), (bytes, stop) => {
      const first = new LineCutter();
      const lines = first.push(bytes.subarray(0, stop));
      const { at, isInside } = first.position;
      const rest = cut(bytes.subarray(at), [7, 7, 7], new LineCutter(at, isInside));
      assert.deepEqual([...lines, ...rest], cut(bytes, [bytes.length]));
    }),
  );
});

test('a line that is too long gives its beginning once, and the next line is complete', () => {
  const long = `${'x'.repeat(3 * LONGEST_LINE)}\nnext\n`;
  for (const pieces of [[], [LONGEST_LINE - 5, 10, 40, LONGEST_LINE]]) {
    const lines = cut(Buffer.from(long), pieces);
    assert.deepEqual(
      lines.map(({ at, text, isCut }) => [at, text.length, isCut]),
      [
        [0, LONGEST_LINE, true],
        [3 * LONGEST_LINE + 1, 4, undefined],
      ],
    );
  }
});

test('bytes that aren’t UTF-8 are replaced, and no offset changes', () => {
  const lines = cut(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0x63, 0x0a]), []);
  assert.deepEqual(lines, [
    { at: 0, text: 'a\ufffdb' },
    { at: 4, text: 'c' },
  ]);
});
