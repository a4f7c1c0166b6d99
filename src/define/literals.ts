/** Texts in small letters, of which at least one is in every text that a pattern matches. */
export type Literals = readonly string[];

/** A shorter text is in too many others to exclude anything. */
const SHORTEST = 3;
/** So many texts are looked for at most. */
const MOST = 400;
/** A part that may repeat more often isn't exact. */
const MOST_REPEATED = 2;
/** So many characters of a class stand for themselves at most: `[Bb]`, `[-_/]`. */
const MOST_OF_CLASS = 4;

/**
 * Finds texts that a regular expression needs, so that most expressions needn't be tried. It reads what
 * uap-core's patterns use, and claims nothing about what it can't read.
 * @param source the expression's source; its case doesn't matter
 * @returns lists of texts, of each of which one is needed
 */
export function literalsOf(source: string): readonly Literals[] {
  const reader: Reader = { source, at: 0, isUnknown: false };
  const { exact, needed } = alternatives(reader);
  if (reader.isUnknown || reader.at < source.length) return [];
  return exact && isUseful(exact) ? [exact] : needed;
}

interface Reader {
  readonly source: string;
  at: number;
  /** Whether it has come across something that it can't read. */
  isUnknown: boolean;
}

/** A part of an expression. */
interface Part {
  /** All texts that it matches, if they are few. */
  readonly exact?: Literals | undefined;
  /** Lists of texts, of each of which it needs one. */
  readonly needed: readonly Literals[];
}

/** Reads `a|b|c` up to the end or a closing parenthesis. */
function alternatives(reader: Reader): Part {
  const parts = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    parts.push(sequence(reader));
  }
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const needed = union(
    parts.map(({ exact, needed: lists }) => (exact && isUseful(exact) ? exact : bestOf(lists))),
  );
  return { exact: union(parts.map(({ exact }) => exact)), needed: needed ? [needed] : [] };
}

function union(lists: readonly (Literals | undefined)[]): Literals | undefined {
  const all = new Set<string>();
  for (const list of lists) {
    if (!list) return undefined;
    for (const one of list) all.add(one);
  }
  return all.size <= MOST ? [...all] : undefined;
}

/** The list whose shortest text is longest, as it excludes most; of equal ones that with the fewest. */
function bestOf(lists: readonly Literals[]): Literals | undefined {
  return [...lists].sort((a, b) => shortest(b) - shortest(a) || a.length - b.length)[0];
}

/** Reads one alternative. */
function sequence(reader: Reader): Part {
  const needed: Literals[] = [];
  /** What the parts since the last one that isn't exact can be. */
  let run: Literals = [''];
  let isExact = true;
  const endRun = (): void => {
    if (isUseful(run)) needed.push(run);
    run = [''];
    isExact = false;
  };
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] as string)) {
    const part = partOf(reader);
    const { least, most } = quantifier(reader);
    if (least > 0) needed.push(...part.needed);
    const exact = part.exact && repeated(part.exact, least, most);
    if (exact && run.length * exact.length <= MOST) {
      run = run.flatMap((before) => exact.map((after) => before + after));
      continue;
    }
    if (part.exact && least > 0 && run.length * part.exact.length <= MOST) {
      // The first repetition stands after what comes before, the last one before what follows.
      run = run.flatMap((before) => (part.exact as Literals).map((after) => before + after));
      endRun();
      run = part.exact;
    } else endRun();
  }
  if (isExact) return { exact: run, needed };
  endRun();
  return { needed };
}

/** Returns all texts that some repetitions of a part are; undefined if they are too many. */
function repeated(exact: Literals, least: number, most: number): Literals | undefined {
  if (most > MOST_REPEATED) return undefined;
  let power: Literals = [''];
  const all: string[] = [];
  for (let times = 0; times <= most; times++) {
    if (times >= least) all.push(...power);
    power = power.flatMap((before) => exact.map((after) => before + after));
    if (power.length > MOST) return undefined;
  }
  return all;
}

function isUseful(literals: Literals): boolean {
  return shortest(literals) >= SHORTEST;
}

function shortest(literals: Literals): number {
  return Math.min(...literals.map(({ length }) => length));
}

/** A place in the text, which takes none of it: `^`. */
const PLACE: Part = exactly(['']);
const ANY: Part = { needed: [] };

function exactly(exact: Literals): Part {
  return { exact, needed: [] };
}

function partOf(reader: Reader): Part {
  const char = reader.source[reader.at++] as string;
  if (char === '[') return classOf(reader);
  if (char === '(') return group(reader);
  if (char === '^' || char === '$') return PLACE;
  if (char === '.') return ANY;
  if (char !== '\\') return exactly([char.toLowerCase()]);
  const escaped = reader.source[reader.at++] ?? '';
  if (/[bB]/.test(escaped)) return PLACE;
  // Other letters and digits stand for classes, control characters and groups.
  return /[a-z0-9]/i.test(escaped) ? ANY : exactly([escaped]);
}

function classOf(reader: Reader): Part {
  const { source } = reader;
  const start = reader.at;
  if (source[reader.at] === '^') reader.at++;
  while (reader.at < source.length && source[reader.at] !== ']')
    reader.at += source[reader.at] === '\\' ? 2 : 1;
  const text = source.slice(start, reader.at++);
  // Not: all but some, classes within, ranges. A hyphen at either end stands for itself.
  if (/^\^|\\[a-z0-9]|[^\\]-./i.test(text)) return ANY;
  const chars = [...new Set(text.replaceAll(/\\(.)/g, '$1').toLowerCase())];
  return chars.length > 0 && chars.length <= MOST_OF_CLASS ? exactly(chars) : ANY;
}

function group(reader: Reader): Part {
  const [start] = /^\?(?::|<?[=!])/.exec(reader.source.slice(reader.at, reader.at + 3)) ?? [''];
  reader.at += start.length;
  if (reader.source[reader.at] === '?') reader.isUnknown = true;
  const part = alternatives(reader);
  reader.at++;
  // What only looks ahead or back takes nothing of the text.
  return start === '' || start === '?:' ? part : PLACE;
}

function quantifier(reader: Reader): { readonly least: number; readonly most: number } {
  const [text, sign, least, isRange, most] = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})\??/.exec(
    reader.source.slice(reader.at),
  ) ?? [''];
  reader.at += text.length;
  if (text === '') return { least: 1, most: 1 };
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
  if (isRange !== ',') return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === '' ? Infinity : Number(most) };
}
