import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const BUFFER_BYTES = 1 << 20;

/** A log that is written from its beginning. Its lines are ASCII. */
export class LogFile {
  readonly path: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'w');
  }

  /** @param line with its end */
  write(line: string): void {
    if (this.#used + line.length > BUFFER_BYTES) this.#flush();
    this.#used += this.#buffer.write(line, this.#used, 'latin1');
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    for (let done = 0; done < this.#used;) {
      done += writeSync(this.#file, this.#buffer, done, this.#used - done);
    }
    this.#used = 0;
  }
}

/** A log that is rotated so often during the day: `access.log.2`, `access.log.1`, `access.log`. */
export class RotatedLog {
  readonly paths: string[] = [];
  readonly #path: string;
  readonly #files: number;
  readonly #lines: number;
  #current: LogFile | undefined;

  /** @param lines after how many lines of the day the last file ends */
  constructor(path: string, files: number, lines: number) {
    this.#path = path;
    this.#files = files;
    this.#lines = lines;
  }

  /** @param number of the line in the day */
  write(line: string, number: number): void {
    const files = Math.min(this.#files, Math.floor((number * this.#files) / this.#lines) + 1);
    if (!this.#current || files > this.paths.length) {
      this.#current?.close();
      const age = this.#files - 1 - this.paths.length;
      this.#current = new LogFile(age === 0 ? this.#path : `${this.#path}.${age}`);
      this.paths.push(this.#current.path);
    }
    this.#current.write(line);
  }

  close(): void {
    this.#current?.close();
  }
}

/** Lines that are written later than it is their turn. */
export class HeldLines {
  readonly #lines = new Map<number, string[]>();

  hold(line: string, until: number): void {
    const held = this.#lines.get(until);
    if (held) held.push(line);
    else this.#lines.set(until, [line]);
  }

  /** The lines that were held until now. */
  due(number: number): readonly string[] {
    const lines = this.#lines.get(number);
    if (!lines) return [];
    this.#lines.delete(number);
    return lines;
  }

  /** All that are left, in order. */
  rest(): string[] {
    return [...this.#lines].sort(([a], [b]) => a - b).flatMap(([, lines]) => lines);
  }
}
