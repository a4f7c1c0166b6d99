import { isAscii } from 'node:buffer';

/** The longest line that is read, in bytes; of a longer one its beginning is kept as a reject. */
export const LONGEST_LINE = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A line of a log. */
export interface Line {
  /** The byte of the log's content at which it stands. */
  readonly at: number;
  /** Without its end. What isn't UTF-8 has a replacement character in its place. */
  readonly text: string;
  /** It is longer than `LONGEST_LINE`, and this is its beginning. */
  readonly isCut?: true;
}

/** Cuts the bytes of a log into lines, from some byte on, and holds no more than the longest line. */
export class LineCutter {
  /** The beginning of a line whose end hasn't come. */
  #rest: Buffer = Buffer.alloc(0);
  #at: number;
  #isInside: boolean;

  /**
   * @param at the first byte that comes
   * @param isInside whether it belongs to a line that was too long, and was given already
   */
  constructor(at = 0, isInside = false) {
    this.#at = at;
    this.#isInside = isInside;
  }

  /** Where to go on, had the lines that were given come to all: the byte, and the state for another cutter. */
  get position(): { readonly at: number; readonly isInside: boolean } {
    return { at: this.#at, isInside: this.#isInside };
  }

  /** Whether something came after the last end of a line. */
  get hasRest(): boolean {
    return this.#rest.length > 0;
  }

  /** The lines that end in what comes next. Empty ones are none. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    if (this.#isInside) {
      const end = chunk.indexOf(NEWLINE);
      from = end < 0 ? chunk.length : end + 1;
      this.#isInside = end < 0;
      this.#at += from;
    }
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    // What came before had no end.
    from = this.#cut(bytes, from, this.#rest.length, lines);
    this.#rest = bytes.subarray(from);
    if (this.#rest.length > LONGEST_LINE) {
      lines.push({ at: this.#at, text: this.#rest.toString('utf8', 0, LONGEST_LINE), isCut: true });
      this.#at += this.#rest.length;
      this.#rest = Buffer.alloc(0);
      this.#isInside = true;
    }
    return lines;
  }

  /** The last line, where it has no end. */
  end(): Line | undefined {
    const lines: Line[] = [];
    this.#line(this.#rest, 0, this.#rest.length, isAscii(this.#rest), lines);
    this.#at += this.#rest.length;
    this.#rest = Buffer.alloc(0);
    return lines[0];
  }

  /** @returns where the last line begins, whose end hasn't come */
  #cut(bytes: Buffer, start: number, searchFrom: number, lines: Line[]): number {
    let from = start;
    const isPlain = isAscii(bytes);
    let end = bytes.indexOf(NEWLINE, Math.max(start, searchFrom));
    while (end >= 0) {
      this.#line(bytes, from, end, isPlain, lines);
      this.#at += end + 1 - from;
      from = end + 1;
      end = bytes.indexOf(NEWLINE, from);
    }
    return from;
  }

  #line(bytes: Buffer, from: number, end: number, isPlain: boolean, lines: Line[]): void {
    const last = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
    if (last === from) return;
    if (last - from > LONGEST_LINE) {
      lines.push({ at: this.#at, text: bytes.toString('utf8', from, from + LONGEST_LINE), isCut: true });
    } else lines.push({ at: this.#at, text: bytes.toString(isPlain ? 'latin1' : 'utf8', from, last) });
  }
}
