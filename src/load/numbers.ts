import { WrittenNumber } from '../core/value/exact-json.ts';
import { exactNumber, isNumeric } from '../core/value/exact-number.ts';
import type { Measure } from '../core/metric/measure.ts';
import { shown } from './bad-row.ts';

type Kind = Measure['kind'];

/** What most counts are; all of them are exact. */
const SHORT_COUNT = /^\d{1,15}$/;

/**
 * A number of a file, as JSON has it or as a text: `5`, `5.0`, `1.2e3`. null is 0, as AQS takes it.
 * @returns undefined where it is none of its kind, or a double would not keep it as it was written
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
  // Adding 0 makes 0 of -0.
  return isOne ? number + 0 : undefined;
}

const WANTED: Readonly<Record<Kind, string>> = {
  count: 'a whole number from 0 to 2^53-1',
  difference: 'a whole number from -(2^53-1) to 2^53-1',
  decimal: 'a number',
};
const KINDS = Object.keys(WANTED) as Kind[];

/**
 * Why `readNumber` took no number of this kind for a value, and what to do: the end of a sentence.
 * @param isDeclared whether whoever reads it chose the kind, and may choose another one
 */
export function whyNoNumber(kind: Kind, value: unknown, isDeclared: boolean): string {
  const text =
    value instanceof WrittenNumber ? value.text : typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return `${shown(value)} is not ${WANTED[kind]}`;
  if (isNumeric(text)) return whyNot(kind, text, isDeclared, shown(value));
  const remedies = remediesOf(text).map(({ how, number }) => {
    const taking = readNumber(kind, number) === undefined ? kindFor(number) : undefined;
    const takes = taking && isDeclared ? `, which kind: ${taking} takes` : '';
    // It is whole by chance: others of its column won't be.
    const others =
      isDeclared && kind !== 'decimal' && number.includes('.') && !taking
        ? ', and a column of such numbers has kind: decimal'
        : '';
    return `${how} it is ${number}${takes}${others}`;
  });
  return [`${shown(value)} is not ${WANTED[kind]}`, ...remedies].join('; ');
}

/** Why a number isn't one of its kind. */
function whyNot(kind: Kind, text: string, isDeclared: boolean, named: string): string {
  const nearest = Number(text);
  if (!Number.isFinite(nearest)) return `${named} is larger than any number that is kept`;
  const taking = kindFor(text);
  const parts = [kind === 'decimal' ? `${named} is not kept as it is` : `${named} is not ${WANTED[kind]}`];
  if (kind !== 'decimal') parts.push(...remediesOf(text).map(({ how, number }) => `${how} it is ${number}`));
  if (taking && isDeclared) parts.push(`kind: ${taking} takes it`);
  if (!taking && (isDeclared || kind === 'decimal'))
    parts.push(`no kind keeps all of its digits: it would become ${nearest}`);
  return parts.join('; ');
}

function kindFor(number: string): Kind | undefined {
  return KINDS.find((kind) => readNumber(kind, number) !== undefined);
}

interface Remedy {
  readonly how: string;
  readonly number: string;
}

/** What people and programs put around or into numbers, and how it is without. */
const SPELLINGS: readonly (readonly [found: RegExp, how: string, instead: string])[] = [
  [/^\+/, 'without the plus', ''],
  [/^[\u2212\u2013]/, 'with a hyphen for the minus', '-'],
  [/^(-?)(?=\.\d)/, 'with a zero before the point', '$10'],
  [/\.$/, 'without the point at its end', ''],
  [/[ \u00a0\u202f]*%$/, 'without the %', ''],
  [/^[$€£¥][ \u00a0\u202f]*|[ \u00a0\u202f]*[$€£¥]$/, 'without the currency', ''],
];

/** What a number is to be written like, where another spelling is recognised. */
function remediesOf(text: string): Remedy[] {
  const remedies: Remedy[] = [];
  const grouped = /^(-?\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+)(?:[.,](\d+))?$/.exec(text);
  if (grouped) {
    const whole = (grouped[1] as string).replaceAll(/[^-\d]/g, '');
    const number = `${whole}${grouped[2] ? `.${grouped[2]}` : ''}`;
    remedies.push({ how: 'without separators of thousands', number });
  }
  if (/^-?\d+,\d+$/.test(text))
    remedies.push({ how: 'with a point for the comma', number: text.replace(',', '.') });
  for (const [found, how, instead] of SPELLINGS) {
    const number = text.replace(found, instead);
    if (number !== text && isNumeric(number)) remedies.push({ how, number });
  }
  return remedies;
}
