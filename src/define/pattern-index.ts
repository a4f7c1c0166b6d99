import { literalsOf } from './literals.ts';

/** A text by which a pattern may match, and where its three characters of the index stand in it. */
interface Entry {
  readonly literal: string;
  readonly offset: number;
  readonly pattern: number;
}

/** What nearly every user agent has, in small letters. */
const USUAL =
  'mozilla/5.0 (linux; android 10; k; windows nt 10.0; win64; x64; iphone; mac os x) build/ ' +
  'applewebkit/537.36 (khtml, like gecko) version/ chrome/100.0 mobile safari/ firefox/';
const GRAM = 3;
const SLOTS = 65_537;

/**
 * Patterns in an order, of which the first one that matches counts. A text is looked through once for what
 * patterns need; only patterns whose need is met are tried.
 */
export class PatternIndex {
  readonly #patterns: readonly RegExp[];
  /** Patterns that are always tried. */
  readonly #always: readonly number[];
  readonly #entries: ReadonlyMap<number, readonly Entry[]>;
  /** By the remainder of a gram, whether there may be entries of it: a quick look before the slower one. */
  readonly #isUsed = new Uint8Array(SLOTS);

  constructor(patterns: readonly RegExp[]) {
    this.#patterns = patterns;
    const lists = patterns.map(({ source }) => literalsOf(source));
    const users = countedBy(lists.flat(2));
    const always: number[] = [];
    const literals: { literal: string; pattern: number }[] = [];
    for (const [pattern, needed] of lists.entries()) {
      const rare = leastBy(needed, (list) => sum(list.map((literal) => frequency(literal, users))));
      if (rare) literals.push(...rare.map((literal) => ({ literal, pattern })));
      else always.push(pattern);
    }
    this.#always = always;
    this.#entries = entriesOf(literals);
    for (const gram of this.#entries.keys()) this.#isUsed[gram % SLOTS] = 1;
  }

  /** Returns the first pattern that matches, by its place, with its match. @param lower the text in small letters */
  match(
    text: string,
    lower: string,
  ): { readonly place: number; readonly match: RegExpExecArray } | undefined {
    for (const place of this.#candidates(lower)) {
      const match = (this.#patterns[place] as RegExp).exec(text);
      if (match) return { place, match };
    }
    return undefined;
  }

  /** The places of the patterns whose need is met, in order. */
  #candidates(lower: string): Iterable<number> {
    const found = [...this.#always];
    for (let at = 0; at + GRAM <= lower.length; at++) {
      const gram = gramAt(lower, at);
      if (this.#isUsed[gram % SLOTS] === 0) continue;
      for (const { literal, offset, pattern } of this.#entries.get(gram) ?? []) {
        if (lower.startsWith(literal, at - offset)) found.push(pattern);
      }
    }
    return new Set(found.sort((a, b) => a - b));
  }
}

/** Puts each text under that of its grams which the fewest texts have. */
function entriesOf(literals: readonly { literal: string; pattern: number }[]): Map<number, Entry[]> {
  const counts = countedBy(
    literals.flatMap(({ literal }) => offsetsOf(literal).map((at) => gramAt(literal, at))),
  );
  const entries = new Map<number, Entry[]>();
  for (const { literal, pattern } of literals) {
    const offset = leastBy(offsetsOf(literal), (at) => counts.get(gramAt(literal, at)) ?? 0) ?? 0;
    const gram = gramAt(literal, offset);
    const entry = { literal, offset, pattern };
    const others = entries.get(gram);
    if (others) others.push(entry);
    else entries.set(gram, [entry]);
  }
  return entries;
}

/** How often a text is to be expected, by a rough measure: what is usual, what many patterns need, what is short. */
function frequency(literal: string, users: ReadonlyMap<string, number>): number {
  return ((users.get(literal) ?? 0) + (USUAL.includes(literal) ? 100 : 0)) / literal.length;
}

function offsetsOf(literal: string): number[] {
  return Array.from({ length: literal.length - GRAM + 1 }, (_, at) => at);
}

function countedBy<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function leastBy<T>(values: readonly T[], by: (value: T) => number): T | undefined {
  return [...values].sort((a, b) => by(a) - by(b))[0];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Three characters as a number. What lies beyond 16 bits falls together, which costs a look only. */
function gramAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 16) ^ (text.charCodeAt(at + 1) << 8) ^ text.charCodeAt(at + 2)) >>> 0;
}
