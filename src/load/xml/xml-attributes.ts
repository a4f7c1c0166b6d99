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

/** The rest of a tag after its name: its attributes, and where and how the tag ends. */
export class TagRest {
  #bytes: Buffer = Buffer.alloc(0);
  /** The start and end of the name and the value of each attribute. */
  readonly #places: number[] = [];
  /** Where the tag ends. */
  end = 0;
  isEmpty = false;
  /** The number of line ends inside the tag. */
  lines = 0;

  /**
   * Parses a tag after its name.
   * @returns true if the tag is complete, false if more bytes are needed; a text says what is wrong
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
      if (!isSpace(bytes[at - 1])) return 'has a tag with no space between its attributes';
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
        if (semicolon >= 0 && meantBy(entity) === undefined)
          return 'has an & that does not begin an XML entity';
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

  /** Returns the value of an attribute. */
  attribute(name: string): string | undefined {
    const places = this.#places;
    for (let i = 0; i < places.length; i += 4) {
      if (this.#bytes.toString('latin1', places[i], places[i + 1]) === name)
        return textOf(this.#bytes, places[i + 2] as number, places[i + 3] as number);
    }
    return undefined;
  }

  /** Sets a tag that has nothing after its name but the `>`. */
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
