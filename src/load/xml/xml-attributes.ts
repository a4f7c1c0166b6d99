import {
  isName,
  AMPERSAND,
  APOSTROPHE,
  EQUALS,
  LESS,
  MORE,
  QUOTE,
  RETURN,
  SEMICOLON,
  SLASH,
  SPACE,
  TAB,
} from './xml-bytes.ts';
import { meantBy, textOf } from './xml-text.ts';

const LINE_FEED = 0x0a;

/** What a tag has after its name: where each attribute is, where the tag ends, and how. */
export class TagRest {
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the name and the value of each attribute begin and end. */
  readonly #places: number[] = [];
  /** Where the next thing after the tag begins. */
  end = 0;
  isEmpty = false;
  /** The lines that end inside the tag. */
  lines = 0;

  /**
   * Reads on after a tag's name.
   * @returns whether the tag's end is there; a text says what is wrong
   */
  read(bytes: Buffer, start: number, end: number): boolean | string {
    const places = this.#places;
    this.#bytes = bytes;
    places.length = 0;
    this.lines = 0;
    let at = start;
    const passSpace = (): void => {
      while (at < end && isSpace(bytes[at])) if (bytes[at++] === LINE_FEED) this.lines++;
    };
    for (;;) {
      passSpace();
      if (at >= end) return false;
      if (bytes[at] === MORE || bytes[at] === SLASH) break;
      if (!isSpace(bytes[at - 1])) return 'has a tag whose attributes are not apart';
      const name = at;
      while (at < end && !isNameEnd(bytes[at])) at++;
      const nameEnd = at;
      passSpace();
      if (at >= end) return false;
      if (bytes[at++] !== EQUALS || !isName(bytes, name, nameEnd)) return 'has an attribute without a value';
      passSpace();
      if (at >= end) return false;
      const quote = bytes[at++];
      if (quote !== QUOTE && quote !== APOSTROPHE) return 'has an attribute without quotes';
      const value = at;
      for (; at < end && bytes[at] !== quote; at++) {
        if (bytes[at] === LESS) return 'has a < in an attribute';
        if (bytes[at] === LINE_FEED) this.lines++;
        if (bytes[at] !== AMPERSAND) continue;
        const semicolon = bytes.indexOf(SEMICOLON, at);
        const entity = semicolon < 0 ? '' : bytes.toString('latin1', at, Math.min(semicolon + 1, at + 20));
        if (semicolon >= 0 && meantBy(entity) === undefined) return 'has an & that begins no entity of XML';
      }
      if (at >= end) return false;
      places.push(name, nameEnd, value, at++);
    }
    this.isEmpty = bytes[at] === SLASH;
    if (this.isEmpty && ++at >= end) return false;
    if (bytes[at] !== MORE) return 'has a / inside a tag';
    this.end = at + 1;
    return true;
  }

  /** The value of an attribute. */
  attribute(name: string): string | undefined {
    const places = this.#places;
    for (let i = 0; i < places.length; i += 4) {
      if (this.#bytes.toString('latin1', places[i], places[i + 1]) === name)
        return textOf(this.#bytes, places[i + 2] as number, places[i + 3] as number);
    }
    return undefined;
  }

  /** There is nothing but the `>`. */
  none(end: number): void {
    this.#places.length = 0;
    this.lines = 0;
    this.isEmpty = false;
    this.end = end;
  }
}

export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;
}

export function isNameEnd(byte: number | undefined): boolean {
  return byte === MORE || byte === SLASH || byte === EQUALS || byte === LESS || isSpace(byte);
}
