/*
 * A variable of Grafana comes as one text, in which one of Grafana's formatters has joined several values.
 * Titles can contain commas, parentheses and quotes too, so a text can have several readings:
 *
 * 1. An unambiguous form is split first: a JSON list, `(a|b)` with values escaped as in a regular expression,
 *    `a|b`, `{a,b}`, `("a" OR "b")`, `'a','b'`, `"a","b"`, `var-x=a&var-x=b`. If none of these values exists,
 *    the whole text is tried as one value.
 * 2. An ambiguous form is first tried as one value: `a,b`, `a,x=b`, a single quoted value, `%28`.
 * 3. No value begins with a space or an underscore, so a comma before one of these doesn't separate:
 *    `Philip,_Duke_of_Edinburgh`.
 */

/** The values of a text in one reading. */
type Reading = readonly string[];
/** All readings of a text, the likeliest first. There is at least one. */
export type Readings = readonly [Reading, ...Reading[]];

const REGEX = String.raw`\\^$*+?.()|[\]{}\/`;
const LUCENE = String.raw`!*+\-=<>\s&|()[\]{}^~?:\\\/"`;
/** Match texts in which every special character is escaped. */
const ESCAPED = [REGEX, LUCENE].map((special) => new RegExp(`^(?:\\\\[${special}]|[^${special}])*$`, 'u'));

/** Unescapes a text if all of its special characters are escaped; otherwise returns it unchanged. */
function plain(text: string): string {
  return ESCAPED.some((escaped) => escaped.test(text)) ? text.replace(/\\(.)/gsu, '$1') : text;
}

/** Returns the joint readings of several texts: first the likeliest reading of each, then the second of each, and so on. */
export function readingsOfAll(texts: readonly string[]): Readings {
  const all = texts.map(readingsOf);
  const most = Math.max(1, ...all.map((readings) => readings.length));
  const nth = (n: number): Reading => all.flatMap((readings) => readings[n] ?? readings[0]);
  return [nth(0), ...Array.from({ length: most - 1 }, (_, i) => nth(i + 1))];
}

/** Returns the readings of one text, as described above. */
export function readingsOf(text: string): Readings {
  const itself = [plain(text)];
  // No value has a `|`, so a `|` always separates values, even if the text also looks like another form.
  const closed = text.includes('|')
    ? (regexGroup(text) ?? piped(text))
    : (jsonList(text) ?? luceneList(text) ?? globbed(text) ?? inUrl(text));
  if (closed) return closed.length > 1 && text.includes('|') ? [closed] : [closed, itself];
  const quoted = quotedList(text);
  if (quoted && quoted.length > 1) return [quoted, itself];
  const open = quoted ?? distributed(text) ?? commaSeparated(itself[0] as string) ?? decoded(text);
  return open ? [itself, open] : [itself];
}

/** Reads `["a","b"]`. */
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

/** Reads `("a" OR "b")`. */
function luceneList(text: string): Reading | undefined {
  if (!/^\("(?:[^"\\]|\\.)*"(?: OR "(?:[^"\\]|\\.)*")*\)$/su.test(text)) return undefined;
  return Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"/gsu), ([, value]) => plain(value as string));
}

/** Reads `(a\.b|c)`, but not `(500)_Days|Venus_(planet)`, whose parentheses aren't escaped. */
function regexGroup(text: string): Reading | undefined {
  if (!text.startsWith('(') || !text.endsWith(')')) return undefined;
  const values = alternatives(text.slice(1, -1));
  return values.length > 1 && values.every((value) => ESCAPED[0]?.test(value))
    ? values.map(plain)
    : undefined;
}

/** Reads `a|b`. */
function piped(text: string): Reading | undefined {
  const values = alternatives(text);
  return values.length > 1 ? values.map(plain) : undefined;
}

function alternatives(text: string): string[] {
  return text.match(/(?:^|\|)(?:\\.|[^|])*/gsu)?.map((one, i) => (i === 0 ? one : one.slice(1))) ?? [text];
}

/** Reads `{a,b}`, also percent-encoded. */
function globbed(text: string): Reading | undefined {
  const whole = /^%7B.*%7D$/isu.test(text) ? (decoded(text)?.[0] ?? text) : text;
  if (!whole.startsWith('{') || !whole.endsWith('}')) return undefined;
  return commaSeparated(whole.slice(1, -1)) ?? (whole === text ? undefined : [whole.slice(1, -1)]);
}

/** Reads `var-x=a&var-x=b`. */
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

/** Reads `'a','b'` and `"a","b"`. A quote inside a value is doubled or follows a backslash. */
function quotedList(text: string): Reading | undefined {
  const form = QUOTED.find(({ list }) => list.test(text));
  if (!form) return undefined;
  return Array.from(text.matchAll(form.one), ([, value = '']) =>
    value.replace(form.quote, (_, quote: string | undefined) => quote ?? "'"),
  );
}

/** Reads `a,x=b,x=c`, where x is the name of the variable. */
function distributed(text: string): Reading | undefined {
  const [name] = /,\w+=/u.exec(text) ?? [];
  return name === undefined ? undefined : text.split(name);
}

function commaSeparated(text: string): Reading | undefined {
  const values = text.split(/,(?![ _]|$)/u);
  return values.length > 1 ? values : undefined;
}

/** Reads `Mercury%20%28planet%29`. */
function decoded(text: string): Reading | undefined {
  if (!/%[0-9a-f]{2}/iu.test(text)) return undefined;
  try {
    return [decodeURIComponent(text)];
  } catch {
    return undefined;
  }
}
