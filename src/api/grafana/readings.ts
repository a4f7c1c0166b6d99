/*
 * A variable of Grafana comes as one text, in whichever way its formatters put several values together.
 * Titles have commas, parentheses and quotes of their own, so that a text can have several readings:
 *
 * 1. What is written in a closed form is read as that: a JSON list, `(a|b)` whose values are escaped as in
 *    a regular expression, `a|b`, `{a,b}`, `("a" OR "b")`, `'a','b'`, `"a","b"`, `var-x=a&var-x=b`. If
 *    nothing of these values exists, the text is tried as it is.
 * 2. What may as well be one value is tried as it is first: `a,b`, `a,x=b`, one quoted value, `%28`.
 * 3. No value begins with a space or an underscore, so that a comma before one belongs to its value:
 *    `Philip,_Duke_of_Edinburgh`.
 */

/** Values, in one reading of a text. */
type Reading = readonly string[];
/** Every reading of a text, the likeliest first; there is one at least. */
export type Readings = readonly [Reading, ...Reading[]];

const REGEX = String.raw`\\^$*+?.()|[\]{}\/`;
const LUCENE = String.raw`!*+\-=<>\s&|()[\]{}^~?:\\\/"`;
/** Texts in which every character that means something is escaped. */
const ESCAPED = [REGEX, LUCENE].map((special) => new RegExp(`^(?:\\\\[${special}]|[^${special}])*$`, 'u'));

/** What a text stands for where all of it is escaped; the text itself where it isn't. */
function plain(text: string): string {
  return ESCAPED.some((escaped) => escaped.test(text)) ? text.replace(/\\(.)/gsu, '$1') : text;
}

/** The readings of several texts one after the other: the likeliest of each, then the next. */
export function readingsOfAll(texts: readonly string[]): Readings {
  const all = texts.map(readingsOf);
  const most = Math.max(1, ...all.map((readings) => readings.length));
  const nth = (n: number): Reading => all.flatMap((readings) => readings[n] ?? readings[0]);
  return [nth(0), ...Array.from({ length: most - 1 }, (_, i) => nth(i + 1))];
}

/** The readings of one text: see above. */
export function readingsOf(text: string): Readings {
  const itself = [plain(text)];
  // No value has a `|`: where there is one it separates, whatever else the text looks like.
  const closed = text.includes('|')
    ? (regexGroup(text) ?? piped(text))
    : (jsonList(text) ?? luceneList(text) ?? globbed(text) ?? inUrl(text));
  if (closed) return closed.length > 1 && text.includes('|') ? [closed] : [closed, itself];
  const quoted = quotedList(text);
  if (quoted && quoted.length > 1) return [quoted, itself];
  const open = quoted ?? distributed(text) ?? commaSeparated(itself[0] as string) ?? decoded(text);
  return open ? [itself, open] : [itself];
}

/** `["a","b"]` */
function jsonList(text: string): Reading | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  try {
    const list = JSON.parse(text) as unknown;
    const isList = Array.isArray(list) && list.length > 0;
    const isPlain = (one: unknown): boolean => typeof one === 'string' || typeof one === 'number';
    return isList && list.every(isPlain) ? list.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** `("a" OR "b")` */
function luceneList(text: string): Reading | undefined {
  if (!/^\("(?:[^"\\]|\\.)*"(?: OR "(?:[^"\\]|\\.)*")*\)$/su.test(text)) return undefined;
  return Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"/gsu), ([, value]) => plain(value as string));
}

/** `(a\.b|c)`; `(500)_Days|Venus_(planet)` is none, for its parentheses aren't escaped. */
function regexGroup(text: string): Reading | undefined {
  if (!text.startsWith('(') || !text.endsWith(')')) return undefined;
  const values = alternatives(text.slice(1, -1));
  return values.length > 1 && values.every((value) => ESCAPED[0]?.test(value))
    ? values.map(plain)
    : undefined;
}

/** `a|b`: no value of any dimension has a `|`. */
function piped(text: string): Reading | undefined {
  const values = alternatives(text);
  return values.length > 1 ? values.map(plain) : undefined;
}

function alternatives(text: string): string[] {
  return text.match(/(?:^|\|)(?:\\.|[^|])*/gsu)?.map((one, i) => (i === 0 ? one : one.slice(1))) ?? [text];
}

/** `{a,b}`, also percent-encoded. */
function globbed(text: string): Reading | undefined {
  const whole = /^%7B.*%7D$/isu.test(text) ? (decoded(text)?.[0] ?? text) : text;
  if (!whole.startsWith('{') || !whole.endsWith('}')) return undefined;
  return commaSeparated(whole.slice(1, -1)) ?? (whole === text ? undefined : [whole.slice(1, -1)]);
}

/** `var-x=a&var-x=b` */
function inUrl(text: string): Reading | undefined {
  if (!text.startsWith('var-')) return undefined;
  const parameters = [...new URLSearchParams(text)];
  const [first] = parameters;
  return first && parameters.every(([name]) => name === first[0])
    ? parameters.map(([, value]) => value)
    : undefined;
}

const QUOTED = [
  {
    list: /^'(?:[^'\\]|\\.|'')*'(?:,'(?:[^'\\]|\\.|'')*')*$/su,
    one: /'((?:[^'\\]|\\.|'')*)'/gsu,
    quote: /''|\\(['"])/gu,
  },
  { list: /^"(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*")*$/su, one: /"((?:[^"\\]|\\.)*)"/gsu, quote: /\\(")/gu },
];

/** `'a','b'` and `"a","b"`, the quote within a value doubled or after a backslash. */
function quotedList(text: string): Reading | undefined {
  const form = QUOTED.find(({ list }) => list.test(text));
  if (!form) return undefined;
  return Array.from(text.matchAll(form.one), ([, value = '']) =>
    value.replace(form.quote, (_, quote: string | undefined) => quote ?? "'"),
  );
}

/** `a,x=b,x=c`: the name is the variable's. */
function distributed(text: string): Reading | undefined {
  const [name] = /,\w+=/u.exec(text) ?? [];
  return name === undefined ? undefined : text.split(name);
}

function commaSeparated(text: string): Reading | undefined {
  const values = text.split(/,(?![ _]|$)/u);
  return values.length > 1 ? values : undefined;
}

/** `Mercury%20%28planet%29` */
function decoded(text: string): Reading | undefined {
  if (!/%[0-9a-f]{2}/iu.test(text)) return undefined;
  try {
    return [decodeURIComponent(text)];
  } catch {
    return undefined;
  }
}
