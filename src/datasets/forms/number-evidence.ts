import type { NumberForm, Thousands } from './number-form.ts';

/** A text, and where it was first seen. */
interface Seen {
  readonly text: string;
  readonly number: number;
}

const SPACES = '[ \\u00a0\\u2009\\u202f]';
/** Texts that show a sign before decimals or between thousands, whatever else is true. */
const SHOWN: readonly (readonly [matches: RegExp, decimal?: '.' | ',', thousands?: Thousands])[] = [
  [/^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/, ',', '.'],
  [/^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/, '.', ','],
  [/^[+-]?\d{1,3}(?:\.\d{3}){2,}$/, undefined, '.'],
  [/^[+-]?\d{1,3}(?:,\d{3}){2,}$/, undefined, ','],
  [new RegExp(`^[+-]?\\d{1,3}(?:${SPACES}\\d{3})+$`), undefined, 'space'],
  [new RegExp(`^[+-]?\\d{1,3}(?:${SPACES}\\d{3})+,\\d+$`), ',', 'space'],
  [new RegExp(`^[+-]?\\d{1,3}(?:${SPACES}\\d{3})+\\.\\d+$`), '.', 'space'],
  [/^[+-]?\d{1,3}(?:['’]\d{3})+$/, undefined, "'"],
  [/^[+-]?\d{1,3}(?:['’]\d{3})+\.\d+$/, '.', "'"],
  [/^[+-]?\d{1,3}(?:['’]\d{3})+,\d+$/, ',', "'"],
];
/** A single sign before three digits: twelve thousand, or twelve and a bit. A zero shows that there are decimals. */
const EITHER = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/;
const DECIMAL = /^[+-]?\d+([.,])\d+(?:[eE][+-]?\d+)?$/;

/** Whether a number may be thousands or a number with three decimals. */
export function isEither(text: string): boolean {
  return EITHER.test(text);
}

/** What can be said of the numbers of a file. */
export type NumberVerdict =
  | { readonly kind: 'plain' }
  /** All numbers fit this form, and some show it. */
  | { readonly kind: 'shown'; readonly form: Partial<NumberForm>; readonly by: Seen }
  /** No number tells whether this sign stands before decimals or between thousands. */
  | { readonly kind: 'ambiguous'; readonly sign: '.' | ','; readonly first: Seen }
  /** One number shows one meaning of a sign, another the other. */
  | { readonly kind: 'contradictory'; readonly first: Seen; readonly second: Seen };

/** What the numbers of a file say about the form in which they are written. */
export class NumberEvidence {
  readonly #decimals = new Map<'.' | ',', Seen>();
  readonly #thousands = new Map<Thousands, Seen>();
  readonly #either = new Map<'.' | ',', Seen>();

  /** @param number the line or row of the text */
  add(text: string, number: number): void {
    const seen = { text, number };
    const either = EITHER.exec(text);
    if (either) {
      keep(this.#either, either[1] as '.' | ',', seen);
      return;
    }
    for (const [matches, decimal, thousands] of SHOWN)
      if (matches.test(text)) {
        if (decimal !== undefined) keep(this.#decimals, decimal, seen);
        if (thousands !== undefined) keep(this.#thousands, thousands, seen);
        return;
      }
    const decimal = DECIMAL.exec(text);
    if (decimal) keep(this.#decimals, decimal[1] as '.' | ',', seen);
  }

  get verdict(): NumberVerdict {
    const decimals = [...this.#decimals];
    const thousands = [...this.#thousands];
    for (const signs of [decimals, thousands])
      if (signs[0] && signs[1]) return contradiction(signs[0][1], signs[1][1]);
    const [decimal] = decimals;
    const [group] = thousands;
    if (decimal && group && decimal[0] === group[0]) return contradiction(decimal[1], group[1]);
    const either = [...this.#either].filter(([sign]) => sign !== decimal?.[0] && sign !== group?.[0]);
    if (either[0] && either[1]) return contradiction(either[0][1], either[1][1]);
    const [open] = either;
    if (!open) {
      const by = decimal?.[1] ?? group?.[1];
      return by ? { kind: 'shown', form: formOf(decimal?.[0], group?.[0]), by } : { kind: 'plain' };
    }
    // A sign that isn't the one of decimals stands between thousands, and the other way round.
    if (decimal && !group) return { kind: 'shown', form: formOf(decimal[0], open[0]), by: decimal[1] };
    if (group && !decimal) return { kind: 'shown', form: formOf(open[0], group[0]), by: group[1] };
    if (decimal && group) return contradiction(group[1], open[1]);
    return { kind: 'ambiguous', sign: open[0], first: open[1] };
  }
}

function keep<Key>(all: Map<Key, Seen>, key: Key, seen: Seen): void {
  // A copy, because a slice of a line would keep the whole text in memory.
  if (!all.has(key)) all.set(key, { ...seen, text: Buffer.from(seen.text).toString() });
}

function contradiction(a: Seen, b: Seen): NumberVerdict {
  const [first, second] = a.number <= b.number ? [a, b] : [b, a];
  return { kind: 'contradictory', first, second };
}

/** The members that must be declared: a decimal point alone is the default. */
function formOf(decimal: '.' | ',' | undefined, thousands: Thousands | undefined): Partial<NumberForm> {
  return {
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands }),
  };
}
