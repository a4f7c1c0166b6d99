/** What a row of a metric is about: a project, an access method, an article. */
export interface Dimension<Name extends string = string> {
  /** As in URLs and items: `access-site`. */
  readonly name: Name;
  readonly doc: string;
  /** What its list of values is called, where another dimension of this name has another list. */
  readonly kind?: string;
  /** Whether what is ranked may be nameless, and then served as null (AQS: editors without an account). */
  readonly nullable?: boolean;
  /** What a value is called, where values are codes; undefined for one that isn't known. Its name can be asked for beside it. */
  readonly valueName?: (value: string) => string | undefined;
  /** What a value that is called otherwise elsewhere is called here; undefined for one that isn't known. */
  readonly calledHere?: (text: string) => string | undefined;
  /** Values of which nothing is published: they are left out when data come in, and never served. */
  readonly withheld?: ReadonlySet<string>;
  /** The values that exist, where they are a closed list. */
  readonly values?: readonly string[];
  /** The value that stands for all others together: `all-access`. */
  readonly total?: string;
  /** Other values that hold some of the others: added to them they would count twice. */
  readonly subtotals?: { readonly prefix?: string; readonly values?: readonly string[] };
  /** How its values lie, where that is known: tables that begin with it can be cut into even parts before they are filled. */
  readonly spread?: Spread;
  /** The one spelling under which a value is stored: `En.Wikipedia.org` → `en.wikipedia`. */
  readonly normalise: (text: string) => string;
  /** Why a normalised value can't be one, or undefined when it can. */
  readonly refuse: (value: string) => string | undefined;
  /** What it takes, for people. */
  readonly allowed: string;
  /** A value that exists, for documentation. */
  readonly example: string;
}

/** Where most rows of a dimension of free text are to be expected. A wrong guess costs an uneven start and no more. */
export interface Spread {
  /** The values with the most rows, each with the number of parts into which its rows are best cut. */
  readonly large?: Readonly<Record<string, number>>;
  /** Texts, in the order of bytes, between which about as many values lie. */
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
    example: options.total ?? values[0],
  };
}

/** Whether a value holds others of the same dimension. */
export function isTotal({ total, subtotals }: Dimension, value: string): boolean {
  if (value === total || subtotals?.values?.includes(value)) return true;
  return subtotals?.prefix !== undefined && value.startsWith(subtotals.prefix);
}

/** The longest free text that can be a key, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 1024;

/** A dimension whose values are free text. */
export function text<Name extends string>(
  name: Name,
  doc: string,
  options: {
    example: string;
    allowed: string;
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
    example: options.example,
  };
}

function refuseText(name: string, value: string): string | undefined {
  if (value === '') return `The parameter \`${name}\` is empty.`;
  if (value.includes('\0')) return `The parameter \`${name}\` contains a NUL character.`;
  if (value.length * 3 > MAX_TEXT_BYTES && Buffer.byteLength(value) > MAX_TEXT_BYTES) {
    return `The parameter \`${name}\` is longer than ${MAX_TEXT_BYTES} bytes.`;
  }
  return undefined;
}

/** What the stored value of something nameless begins with; what follows tells it from others in its list. */
export const NAMELESS = '\x01';

/** The value under which the nth nameless entry of a list is stored. */
export function nameless(n: number): string {
  return `${NAMELESS}${n}`;
}

/** A stored value as it is served: null where it is nameless. */
export function nameOf(value: string): string | null {
  return value.startsWith(NAMELESS) ? null : value;
}
