import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson, WrittenNumber } from '../../../src/core/value/exact-json.ts';
import { exactNumber, wholeNumber } from '../../../src/core/value/exact-number.ts';

/** As many as `toPrecision` gives. */
const MOST_DIGITS = 100;
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

void test('a double is read back exactly from its shortest spelling, its 17 digits and its exact value', () => {
  fc.assert(
    fc.property(doubles, (number) => {
      for (const text of [String(number), number.toPrecision(17), number.toPrecision(MOST_DIGITS)])
        if (!/\d{101}/.test(text)) assert.equal(exactNumber(text), number + 0, text);
    }),
  );
  for (const number of [0.1, 1 / 3, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 53 + 2, 1e23])
    assert.equal(exactNumber(BigInt.asIntN(64, 0n) + String(number)), number);
});

void test('a number is accepted if its double, printed with as many digits, is the same number', () => {
  const written = fc.tuple(
    fc.bigInt({ min: 1n, max: 10n ** 25n }),
    fc.integer({ min: -30, max: 10 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(written, ([digits, exponent, isNegative]) => {
      const text = `${isNegative ? '-' : ''}${digits}e${exponent}`;
      const number = exactNumber(text);
      // The exact distance between the double and what was written, in halves of the last digit written.
      const [top, bottom] = fractionOf(Number(text));
      const scale = 10n ** BigInt(Math.abs(exponent));
      const [up, down] = exponent < 0 ? [digits, scale] : [digits * scale, 1n];
      const trailing = /0*$/.exec(String(digits))?.[0].length ?? 0;
      const unit = 10n ** BigInt(trailing) * (exponent < 0 ? 1n : scale);
      const distance = 2n * abs(abs(top) * down - up * bottom);
      const half = unit * bottom;
      if (distance < half) assert.equal(number, Number(text));
      if (distance > half) assert.equal(number, undefined);
    }),
    { numRuns: 1000 },
  );
});

/** A double as a fraction of whole numbers. */
function fractionOf(number: number): [bigint, bigint] {
  let bottom = 1n;
  let top = number;
  while (!Number.isInteger(top)) {
    top *= 2;
    bottom *= 2n;
  }
  return [BigInt(top), bottom];
}

function abs(number: bigint): bigint {
  return number < 0n ? -number : number;
}

void test('a number that a double would round is refused, and so is anything that is not a number', () => {
  for (const text of [
    '0.1234567890123456789',
    '9007199254740993',
    '9007199254740992.5',
    '-12345678901234567.8',
    '1e400',
    '1e-400',
    '4e-324',
    `0.${'1'.repeat(101)}`,
    '',
    '.',
    '1.',
    '.5',
    '+1',
    '1e',
    '0x10',
    ' 1',
    'Infinity',
    'NaN',
  ])
    assert.equal(exactNumber(text), undefined, text);
  for (const [text, number] of [
    ['0.1', 0.1],
    ['0.10000000000000001', 0.1],
    ['0.1000000000000000055511151231257827', 0.1],
    ['0.100000000000000000000000000000000', 0.1],
    ['9007199254740994', 9007199254740994],
    ['900719925474099.25', 900719925474099.25],
    ['8.409999999999999E21', 8.41e21],
    // The double is 568895988685827.25. Programs write it as short as they can.
    ['568895988685827.2', 568895988685827.25],
    ['568895988685827.25', 568895988685827.25],
    ['568895988685827.3', 568895988685827.25],
    ['1.2e3', 1200],
    ['007', 7],
    ['-0', 0],
    ['0e999', 0],
  ] as const)
    assert.ok(Object.is(exactNumber(text), number), text);
});

void test('JSON keeps the numbers that a double would round as they were written, and reads the others as ever', () => {
  const text =
    '{"a": [0.1234567890123456789, 1e-400, 1e400], "9007199254740993": "9007199254740993.5", "b": 12345678901234.5678e0}';
  assert.deepEqual(parseJson(text), {
    a: ['0.1234567890123456789', '1e-400', '1e400'].map((one) => new WrittenNumber(one)),
    '9007199254740993': '9007199254740993.5',
    b: new WrittenNumber('12345678901234.5678e0'),
  });
  assert.deepEqual(parseJson('["\\"0.1234567890123456789\\\\", 0.30000000000000004]'), [
    '"0.1234567890123456789\\',
    0.30000000000000004,
  ]);
  assert.throws(() => parseJson('[0.1234567890123456789'), SyntaxError);
  fc.assert(fc.property(fc.json(), (json) => assert.deepEqual(parseJson(json), JSON.parse(json))));
});

void test('what a program prints of a double is that double', () => {
  const doubles = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 1e14, max: 1e16, noNaN: true }),
  );
  fc.assert(
    fc.property(doubles, (number) => assert.equal(exactNumber(String(number)), number + 0)),
    { numRuns: 2_000 },
  );
});

void test('no inexact number is missed, wherever it is in a text', () => {
  const long = '1234567.891234567891';
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const found = parseJson(`[${JSON.stringify(before)},${long},${JSON.stringify(after)}]`);
      assert.deepEqual(found, [before, new WrittenNumber(long), after]);
    }),
  );
});

void test('a whole number of a URL has digits, or R’s spelling of round numbers', () => {
  for (const [text, number] of [
    ['10', 10],
    ['0', 0],
    ['1e+05', 100_000],
    ['1e 05', 100_000],
    ['2E3', 2000],
    ['9007199254740991', 2 ** 53 - 1],
  ] as const)
    assert.equal(wholeNumber(text), number);
  for (const text of ['', '-1', '1.5', '1e-05', '1e+99', '9007199254740992', 'ten', '0x10', '1e+', ' 1'])
    assert.equal(wholeNumber(text), undefined, text);
});
