import { WrittenNumber } from '../core/value/exact-json.ts';
import { exactNumber, isNumeric } from '../core/value/exact-number.ts';
import type { Measure } from '../core/metric/measure.ts';
import { excerptOf } from './bad-row.ts';

type Kind = Measure['kind'];

/** The form of most counts. All of them are exact. */
const SHORT_COUNT = /^\d{1,15}$/;

/**
 * Reads a number of a file, a JSON number or a text: `5`, `5.0`, `1.2e3`. null is 0, as in AQS.
 * @returns undefined if the value is not a number of its kind, or a double can't hold it exactly
 */
export function readNumber(kind: Kind, value: unknown): number | undefined {
  if (typeof value === 'number') return ofKind(kind, value);
  if (typeof value === 'string')
    return SHORT_COUNT.test(value) ? Number(value) : ofKind(kind, exactNumber(value) ?? NaN);
  return value === null ? 0 : undefined;
}

function ofKind(kind: Kind, number: number): number | undefined {
  const isOne =
    kind === 'decimal'
      ? Number.isFinite(number)
      : Number.isSafeInteger(number) && (kind === 'difference' || number >= 0);
  // Adding 0 turns -0 into 0.
  return isOne ? number + 0 : undefined;
}

const WANTED: Readonly<Record<Kind, string>> = {
  count: 'a whole number from 0 to 2^53-1',
  difference: 'a whole number from -(2^53-1) to 2^53-1',
  decimal: 'a number',
};
const KINDS = Object.keys(WANTED) as Kind[];

/**
 * Explains why `readNumber` refused a value and what to do, as the end of a sentence.
 * @param isDeclared whether the reader of the message chose the kind and can change it
 */
export function whyNoNumber(kind: Kind, value: unknown, isDeclared: boolean): string {
  const text =
    value instanceof WrittenNumber ? value.text : typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return `${excerptOf(value)} is not ${WANTED[kind]}`;
  if (isNumeric(text)) return whyNot(kind, text, isDeclared, excerptOf(value));
  const remedies = remediesOf(text).map(({ change, number }) => {
    const taking = readNumber(kind, number) === undefined ? kindFor(number) : undefined;
    const takes = taking && isDeclared ? `, which kind: ${taking} takes` : '';
    // The number is whole by chance; others of its column won't be.
    const others =
      isDeclared && kind !== 'decimal' && number.includes('.') && !taking
        ? ', and a column of such numbers has kind: decimal'
        : '';
    return `${change} it is ${number}${takes}${others}`;
  });
  return [`${excerptOf(value)} is not ${WANTED[kind]}`, ...remedies].join('; ');
}

/** Explains why a number isn't one of its kind. */
function whyNot(kind: Kind, text: string, isDeclared: boolean, named: string): string {
  const nearest = Number(text);
  if (!Number.isFinite(nearest)) return `${named} is larger than the largest number that can be stored`;
  const taking = kindFor(text);
  const parts = [
    kind === 'decimal' ? `${named} cannot be stored exactly` : `${named} is not ${WANTED[kind]}`,
  ];
  if (kind !== 'decimal')
    parts.push(...remediesOf(text).map(({ change, number }) => `${change} it is ${number}`));
  if (taking && isDeclared) parts.push(`kind: ${taking} takes it`);
  if (!taking && (isDeclared || kind === 'decimal'))
    parts.push(`no kind stores all of its digits: the nearest number that can be stored is ${nearest}`);
  return parts.join('; ');
}

function kindFor(number: string): Kind | undefined {
  return KINDS.find((kind) => readNumber(kind, number) !== undefined);
}

interface Remedy {
  readonly change: string;
  readonly number: string;
}

/**
 * Spellings of numbers that people and programs use but Kraken refuses, each with the words for its
 * correction.
 */
const SPELLINGS: readonly (readonly [found: RegExp, change: string, instead: string])[] = [
  [/^\+/, 'without the plus', ''],
  [/^[\u2212\u2013]/, 'with a hyphen for the minus', '-'],
  [/^(-?)(?=\.\d)/, 'with a zero before the point', '$10'],
  [/\.$/, 'without the point at its end', ''],
  [/[ \u00a0\u202f]*%$/, 'without the %', ''],
  [/^[$€£¥][ \u00a0\u202f]*|[ \u00a0\u202f]*[$€£¥]$/, 'without the currency', ''],
];

/** Suggests how to write a number of a known but wrong spelling. */
function remediesOf(text: string): Remedy[] {
  const remedies: Remedy[] = [];
  const grouped = /^(-?\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+)(?:[.,](\d+))?$/.exec(text);
  if (grouped) {
    const whole = (grouped[1] as string).replaceAll(/[^-\d]/g, '');
    const number = `${whole}${grouped[2] ? `.${grouped[2]}` : ''}`;
    remedies.push({ change: 'without separators of thousands', number });
  }
  if (/^-?\d+,\d+$/.test(text))
    remedies.push({ change: 'with a point for the comma', number: text.replace(',', '.') });
  for (const [found, change, instead] of SPELLINGS) {
    const number = text.replace(found, instead);
    if (number !== text && isNumeric(number)) remedies.push({ change, number });
  }
  return remedies;
}
