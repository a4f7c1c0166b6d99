/** The entities that XML has without a document type. */
const NAMED: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};

/** The maximum length of an entity, with `&` and `;`. Only zeros before its number could make it longer, which nobody writes. */
export const MAX_ENTITY_BYTES = 12;

const NUMBERED = /^&(?:#(\d+)|#x([\dA-Fa-f]+));$/;

/** Returns the character of an entity such as `&amp;`; undefined if it is not an entity. */
export function meantBy(entity: string): string | undefined {
  const named = NAMED[entity];
  if (named !== undefined) return named;
  const [whole, decimal, hexadecimal = ''] = NUMBERED.exec(entity) ?? [];
  if (whole === undefined) return undefined;
  const code = decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** Returns the text of some XML bytes, with entities replaced. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('&') ? text.replace(/&[^;]*;/g, (entity) => meantBy(entity) ?? entity) : text;
}

/** https://www.w3.org/TR/xml/#charsets */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff);
}

/** Counts the last bytes that are an unfinished UTF-8 character. */
export function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
