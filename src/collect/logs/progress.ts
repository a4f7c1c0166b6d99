import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renameDurably } from '../../files/durable.ts';

/** How far a log has been collected: all lines before a byte of its content are durable. */
export interface Place {
  readonly at: number;
  /** Whether the byte belongs to a line that was too long, and was given already. */
  readonly isInside: boolean;
  /** A digest of the bytes before it (`printOf`): another log that begins alike has others. */
  readonly print: string;
}

/** So many bytes before a place tell whether it is one of the same log. */
export const PRINT_BYTES = 256;

export function printOf(before: Buffer): string {
  return createHash('sha256').update(before).digest('base64url').slice(0, 16);
}

export const START: Place = { at: 0, isInside: false, print: printOf(Buffer.alloc(0)) };

/** So many logs are remembered. */
const MOST = 1000;

interface Written {
  readonly logs: readonly (readonly [identity: string, place: Place])[];
  readonly packed: readonly string[];
}

/**
 * Where to go on after a restart. It only spares work: whoever has none, or an older one, collects lines
 * again, which have the same ids.
 */
export class Progress {
  readonly #file: string;
  /** By the identity of a log, the one that was changed last at the end. */
  readonly #places: Map<string, Place>;
  /** Packed files that were read to their end, by what they were. */
  readonly #packed: Set<string>;
  #isChanged = false;

  private constructor(file: string, { logs, packed }: Written) {
    this.#file = file;
    this.#places = new Map(logs);
    this.#packed = new Set(packed);
  }

  /** @param file is read where there is one, and written by `save` */
  static async open(file: string): Promise<Progress> {
    try {
      return new Progress(file, JSON.parse(await readFile(file, 'utf8')) as Written);
    } catch {
      return new Progress(file, { logs: [], packed: [] });
    }
  }

  of(identity: string): Place | undefined {
    return this.#places.get(identity);
  }

  set(identity: string, place: Place): void {
    this.#places.delete(identity);
    this.#places.set(identity, place);
    this.#isChanged = true;
  }

  isPackedRead(print: string): boolean {
    return this.#packed.has(print);
  }

  packedRead(print: string): void {
    this.#packed.add(print);
    this.#isChanged = true;
  }

  async save(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const written: Written = { logs: [...this.#places].slice(-MOST), packed: [...this.#packed].slice(-MOST) };
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(`${this.#file}.new`, JSON.stringify(written));
    await renameDurably(`${this.#file}.new`, this.#file);
  }
}
