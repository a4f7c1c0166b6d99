import fc from 'fast-check';
import { METRICS } from '../../../src/metrics/index.ts';

/* What callers may send, often right and often not. */

/** Names that every JavaScript object has by itself. */
const INHERITED = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
/** Texts that have a meaning somewhere, so that parsers come far with them. */
const TEXTS = [
  ...INHERITED,
  '',
  ' ',
  '"',
  '\0',
  '\ud800',
  'x'.repeat(300),
  'x'.repeat(3000),
  ..."| || a|b * % %00 %ff .. ../.. ' \\ { [ en.wikipedia de.wikipedia all-projects Cat all-access user".split(
    ' ',
  ),
  ...'latest now -30d -0d -99999999999y 2024 2024-02-30 2024-03..2024-01 00000101 99991231 20240301'.split(
    ' ',
  ),
  ...'2024030100 1e999 -1 NaN Infinity 9007199254740993 daily monthly hourly weekly views timestamp'.split(
    ' ',
  ),
  ...'-timestamp rank json csv svg zero null previous true'.split(' '),
];
const METRIC_NAMES = METRICS.map(({ name }) => name);
const DIMENSIONS = [...new Set(METRICS.flatMap(({ dimensions }) => dimensions.map(({ name }) => name)))];
const MEASURES = [...new Set(METRICS.flatMap(({ measures }) => Object.keys(measures)))];

export const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
export const name = fc.constantFrom(...METRIC_NAMES, ...INHERITED);
export const dimension = fc.constantFrom(...DIMENSIONS, ...INHERITED);
export const measure = fc.constantFrom(...MEASURES, ...INHERITED);
/** JSON whose members may be called anything. */
export const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, -0, 2 ** 53),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(dimension, text), tie('value')), { maxLength: 3 })
      .map((members) => objectOf(members)),
  ),
})).value;

/** An object whose members may have any name, `__proto__` too. */
export function objectOf(members: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [key, value] of members)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
  return object;
}

/** One that is often right, and else anything. */
export function often<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: json });
}

/** What URLs can carry of a text. */
function wellFormed(one: string): string {
  return Buffer.from(one).toString();
}

export function encoded(one: string): string {
  return encodeURIComponent(wellFormed(one)).replaceAll('.', '%2E');
}

export function queryOf(parameters: readonly (readonly [string, string])[]): string {
  return new URLSearchParams(
    parameters.map(([key, value]): [string, string] => [wellFormed(key), wellFormed(value)]),
  ).toString();
}

const condition = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.record({ prefix: text }),
  fc.record({ not: fc.oneof(text, fc.array(text, { maxLength: 3 })) }),
);
const range = fc.oneof(
  fc.constantFrom<unknown>('2024', 'latest', '-30d', '2015-07..2015-12', '0000..9999', ['2024', 'latest']),
  fc.record({ start: text, end: text }, { requiredKeys: ['start'] }),
);
export const question = fc.record(
  {
    metric: often(name),
    where: often(fc.array(fc.tuple(dimension, often(condition)), { maxLength: 3 }).map(objectOf)),
    by: often(fc.array(dimension, { maxLength: 3 })),
    grain: often(fc.constantFrom('daily', 'monthly', 'yearly', 'weekly', 'hourly', ...INHERITED)),
    range: often(range),
    measures: often(fc.array(measure, { maxLength: 2 })),
    order: often(fc.array(fc.oneof(measure, dimension), { maxLength: 2 })),
    limit: often(fc.integer({ min: 1, max: 10_000 })),
    cursor: often(text),
    total: often(fc.boolean()),
    compare: often(fc.constant('previous')),
    fill: often(fc.constantFrom('zero', 'null')),
    dryRun: often(fc.boolean()),
  },
  { requiredKeys: ['metric', 'range'] },
);
