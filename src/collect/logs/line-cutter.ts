import { isAscii } from 'node:buffer';

/** The maximum length of a line, in bytes. The beginning of a longer line is kept as a reject. */
export const LONGEST_LINE = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A line of a log. */
export interface Line {
  /** The offset of the line in the log's content, in bytes. */
  readonly at: number;
  /** The line without its end. Bytes that aren't UTF-8 are replaced. */
  readonly text: string;
  /** Whether the line is longer than `LONGEST_LINE`, and this is its beginning. */
  readonly isCut?: true;
}

/** Cuts the bytes of a log into lines. It holds no more than the longest line. */
export class LineCutter {
  /** The beginning of an incomplete line. */
  #rest: Buffer = Buffer.alloc(0);
  #at: number;
  #isInside: boolean;

  /**
   * @param at the offset of the first byte
   * @param isInside whether this byte belongs to a line that was too long and was returned already
   */
  constructor(at = 0, isInside = false) {
    this.#at = at;
    this.#isInside = isInside;
  }

  /** The place behind the lines that were returned: the offset and state for another cutter. */
  get position(): { readonly at: number; readonly isInside: boolean } {
    return { at: this.#at, isInside: this.#isInside };
  }

  /** Whether there are bytes behind the last line end. */
  get hasRest(): boolean {
    return this.#rest.length > 0;
  }

  /** Returns the lines that end in the next bytes, without empty ones. */
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
    // The bytes before had no line end.
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

  /** Returns the last line if it has no end. */
  end(): Line | undefined {
    const lines: Line[] = [];
    this.#line(this.#rest, 0, this.#rest.length, isAscii(this.#rest), lines);
    this.#at += this.#rest.length;
    this.#rest = Buffer.alloc(0);
    return lines[0];
  }

  /** Returns the offset at which the incomplete line begins. */
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
