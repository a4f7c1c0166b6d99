import { WrittenNumber } from '../core/exact-json.ts';
import { exactNumber, isNumeric } from '../core/exact-number.ts';
import type { Measure } from '../core/metric.ts';
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
  const parts = remediesOf(text);
  if (isNumeric(text)) {
    const nearest = Number(text);
    if (!Number.isFinite(nearest)) return `${shown(value)} is larger than any number that is kept`;
    const taking = KINDS.find((other) => readNumber(other, text) !== undefined);
    if (!taking && (isDeclared || kind === 'decimal'))
      parts.push(`it has more digits than a number keeps, 17 at most: it would become ${nearest}`);
    if (taking && isDeclared) parts.push(`kind: ${taking} takes it`);
    if (kind === 'decimal') return `${shown(value)} is not kept as it is; ${parts.join('; ')}`;
  }
  return [`${shown(value)} is not ${WANTED[kind]}`, ...parts].join('; ');
}

/** What a number is to be written like, where another spelling is recognised. */
function remediesOf(text: string): string[] {
  const remedies: string[] = [];
  const grouped = /^(-?\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+)(?:[.,](\d+))?$/.exec(text);
  if (grouped) {
    const whole = (grouped[1] as string).replaceAll(/[^-\d]/g, '');
    remedies.push(`without separators of thousands it is ${whole}${grouped[2] ? `.${grouped[2]}` : ''}`);
  }
  if (/^-?\d+,\d+$/.test(text)) remedies.push(`with a point for the comma it is ${text.replace(',', '.')}`);
  return remedies;
}
