/* The characters that XML is made of, as bytes of UTF-8. */

export const TAB = 0x09;
export const RETURN = 0x0d;
export const SPACE = 0x20;
export const BANG = 0x21;
export const QUOTE = 0x22;
export const AMPERSAND = 0x26;
export const APOSTROPHE = 0x27;
export const SLASH = 0x2f;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const MORE = 0x3e;
export const QUESTION = 0x3f;

const FIRST_LETTER = /[A-Za-z_:\x80-\xff]/;
const LETTER = /[A-Za-z0-9_:.\x80-\xff-]/;
const FIRST_LETTERS = Array.from({ length: 256 }, (_, byte) => FIRST_LETTER.test(String.fromCharCode(byte)));
const LETTERS = Array.from({ length: 256 }, (_, byte) => LETTER.test(String.fromCharCode(byte)));

/** Tells whether bytes can be a name. All letters beyond ASCII are accepted. */
export function isName(bytes: Buffer, start: number, end: number): boolean {
  if (!FIRST_LETTERS[bytes[start] as number]) return false;
  for (let at = start + 1; at < end; at++) if (!LETTERS[bytes[at] as number]) return false;
  return start < end;
}
