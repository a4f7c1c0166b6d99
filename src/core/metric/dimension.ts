/** A property that distinguishes the rows of a metric: a project, an access method, an article. */
export interface Dimension<Name extends string = string> {
  /** Its name in URLs and items: `access-site`. */
  readonly name: Name;
  readonly doc: string;
  /** The name of its list of values, if another dimension of the same name has another list. */
  readonly kind?: string;
  /** Whether a ranked entry may have no name; it is then served as null (AQS: editors without an account). */
  readonly nullable?: boolean;
  /** Gives the name of a value, if values are codes; undefined for an unknown one. Answers can show it beside the value. */
  readonly valueName?: (value: string) => string | undefined;
  /** Translates a value that has another name elsewhere, such as `enwiki`; undefined for an unknown one. */
  readonly calledHere?: (text: string) => string | undefined;
  /** Values that must not be published: imports leave them out, and they are never served. */
  readonly withheld?: ReadonlySet<string>;
  /** All values, if they are a closed list. */
  readonly values?: readonly string[];
  /** The value that stands for all others together: `all-access`. */
  readonly total?: string;
  /** Other values that include some of the others, which a sum would count twice. */
  readonly subtotals?: { readonly prefix?: string; readonly values?: readonly string[] };
  /** How its values are distributed, if known: a table that begins with it can be split evenly before it has rows. */
  readonly spread?: Spread;
  /** Turns a text into the spelling in which it is stored: `En.Wikipedia.org` → `en.wikipedia`. */
  readonly normalise: (text: string) => string;
  /** Says why a normalised value isn't allowed; undefined if it is. */
  readonly refuse: (value: string) => string | undefined;
  /** The values that it takes, in words. */
  readonly allowed: string;
  /** The same for programs: a regular expression. Every text that it matches as a whole is allowed. */
  readonly pattern: string;
  /** An existing value, for documentation. */
  readonly example: string;
}

/** Where most rows of a free-text dimension are expected. A wrong guess only makes the first split uneven. */
export interface Spread {
  /** The values with the most rows, each with the number of parts to split its rows into. */
  readonly large?: Readonly<Record<string, number>>;
  /** Texts in byte order that split the values into about equal parts. */
  readonly between: readonly string[];
}

/** A dimension with a closed list of values. */
export function closed<Name extends string>(
  name: Name,
  doc: string,
  values: readonly [string, ...string[]],
  options: { total?: string; caseless?: boolean; kind?: string } = {},
): Dimension<Name> {
  const known = new Set(values);
  return {
    name,
    doc,
    values,
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.total === undefined ? {} : { total: options.total }),
    normalise: options.caseless ? (text) => text.toLowerCase() : (text) => text,
    refuse: (value) =>
      known.has(value)
        ? undefined
        : `${name} should be equal to one of the allowed values: [${values.join(', ')}]`,
    allowed: values.join(', '),
    pattern: values.map((value) => value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    example: options.total ?? values[0],
  };
}

/** Whether a value includes others of the same dimension. */
export function isTotal({ total, subtotals }: Dimension, value: string): boolean {
  if (value === total || subtotals?.values?.includes(value)) return true;
  return subtotals?.prefix !== undefined && value.startsWith(subtotals.prefix);
}

/** The longest free text of a key, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 1024;

/** A dimension whose values are free text. */
export function text<Name extends string>(
  name: Name,
  doc: string,
  options: {
    example: string;
    allowed: string;
    pattern?: string;
    total?: string;
    normalise?: (text: string) => string;
    refuse?: (value: string) => string | undefined;
    nullable?: boolean;
    withheld?: ReadonlySet<string>;
    subtotals?: Dimension['subtotals'];
    valueName?: Dimension['valueName'];
    calledHere?: Dimension['calledHere'];
    spread?: Spread;
  },
): Dimension<Name> {
  return {
    name,
    doc,
    ...(options.subtotals === undefined ? {} : { subtotals: options.subtotals }),
    ...(options.withheld === undefined ? {} : { withheld: options.withheld }),
    ...(options.valueName === undefined ? {} : { valueName: options.valueName }),
    ...(options.calledHere === undefined ? {} : { calledHere: options.calledHere }),
    ...(options.nullable === undefined ? {} : { nullable: options.nullable }),
    ...(options.total === undefined ? {} : { total: options.total }),
    ...(options.spread === undefined ? {} : { spread: options.spread }),
    normalise: options.normalise ?? ((value) => value),
    refuse: (value) => refuseText(name, value) ?? options.refuse?.(value),
    allowed: options.allowed,
    pattern: options.pattern ?? ANY_TEXT,
    example: options.example,
  };
}

/** No character of Unicode has more than four bytes. A bar separates values. */
const ANY_TEXT = `[^\\u0000|]{1,${MAX_TEXT_BYTES / 4}}`;

function refuseText(name: string, value: string): string | undefined {
  if (value === '') return `The parameter \`${name}\` is empty.`;
  if (value.includes('\0')) return `The parameter \`${name}\` contains a NUL character.`;
  if (value.length * 3 > MAX_TEXT_BYTES && Buffer.byteLength(value) > MAX_TEXT_BYTES) {
    return `The parameter \`${name}\` is longer than ${MAX_TEXT_BYTES} bytes.`;
  }
  return undefined;
}

/** The prefix of a stored value that has no name; the rest distinguishes it from others in its list. */
export const NAMELESS = '\x01';

/** The stored value of the nth nameless entry of a list. */
export function nameless(n: number): string {
  return `${NAMELESS}${n}`;
}

/** A stored value as it is served: null if it is nameless. */
export function nameOf(value: string): string | null {
  return value.startsWith(NAMELESS) ? null : value;
}
