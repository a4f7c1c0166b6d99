import { type FileHandle, open } from 'node:fs/promises';
import type { LogRecord } from '../../log/event-log.ts';
import { POSITION } from '../columns.ts';

const BUFFER_BYTES = 1 << 20;
const [NEWLINE, RETURN, SPACE, TAB, BRACE] = [10, 13, 32, 9, 0x7b] as const;
const PREFIX = `{"${POSITION}":`;

/**
 * Writes records to a file as lines of JSON that DuckDB reads, one each, with their positions. A record
 * that is no JSON object becomes an object that has its position alone.
 */
export class RecordLines {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  /** The first row of each addition, the position of its record and its time. */
  readonly #runs: { readonly row: number; readonly position: number; readonly timeMs: number }[] = [];
  /** The rows whose records are no JSON objects. */
  readonly strange = new Set<number>();
  rows = 0;
  longest = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<RecordLines> {
    return new RecordLines(path, await open(path, 'w'));
  }

  async add(records: readonly LogRecord[]): Promise<void> {
    let expected = NaN;
    for (const { position, timeMs, value } of records) {
      if (position !== expected) this.#runs.push({ row: this.rows, position, timeMs });
      expected = position + 1;
      const bytes = objectIn(Buffer.from(value.buffer, value.byteOffset, value.length));
      if (!bytes) this.strange.add(this.rows);
      // The brace is in the prefix.
      const length = PREFIX.length + 17 + (bytes?.length ?? 1) + 1;
      if (this.#used + length > BUFFER_BYTES) await this.#flush();
      this.longest = Math.max(this.longest, length);
      const head = `${PREFIX}${position}${bytes ? ',' : '}'}`;
      if (length > BUFFER_BYTES) {
        await this.#write(
          Buffer.concat([Buffer.from(head), bytes?.subarray(1) ?? Buffer.alloc(0), Buffer.of(NEWLINE)]),
        );
      } else {
        this.#used += this.#buffer.write(head, this.#used, 'latin1');
        if (bytes) this.#used += bytes.copy(this.#buffer, this.#used, 1);
        this.#buffer[this.#used++] = NEWLINE;
      }
      this.rows++;
    }
  }

  /** Where the record of a row stood. */
  placeOf(row: number): { position: number; timeMs: number } {
    const run = this.#runs.findLast(({ row: first }) => first <= row);
    if (!run) throw new RangeError(`there is no row ${row}`);
    return { position: run.position + row - run.row, timeMs: run.timeMs };
  }

  /** Ends writing. */
  async close(): Promise<void> {
    await this.#flush();
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    await this.#write(bytes);
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done, bytes.length - done)).bytesWritten;
    }
  }
}

/** The text of an object, in one line and as DuckDB reads it; undefined where it is no object. */
function objectIn(value: Buffer): Buffer | undefined {
  let start = 0;
  while (isSpace(value[start])) start++;
  if (value[start] !== BRACE) return undefined;
  let bytes = value.subarray(start);
  // DuckDB refuses halves of surrogate pairs, which JSON.parse takes and keeps.
  if (bytes.includes('\\u') && /\\u[dD][89a-fA-F]/.test(bytes.toString('latin1'))) {
    try {
      const parsed: unknown = JSON.parse(bytes.toString());
      bytes = Buffer.from(JSON.stringify(parsed, (_, member: unknown) => wellFormed(member)));
    } catch {
      return undefined;
    }
  }
  if (!bytes.includes(NEWLINE) && !bytes.includes(RETURN)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === NEWLINE || byte === RETURN ? SPACE : byte)));
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === NEWLINE || byte === RETURN;
}

function wellFormed(member: unknown): unknown {
  return typeof member === 'string' ? member.replace(/\p{Surrogate}/gu, '\ufffd') : member;
}
