import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renameDurably } from '../../files/durable.ts';

/** How far a log has been collected: all lines before an offset are durable. */
export interface Place {
  readonly at: number;
  /** Whether the byte at the offset belongs to a line that was too long and was collected already. */
  readonly isInside: boolean;
  /** A digest of the bytes before the offset (`digestOf`). It distinguishes logs that begin alike. */
  readonly digest: string;
}

/** How many bytes before a place are digested. */
export const DIGEST_BYTES = 256;

export function digestOf(before: Buffer): string {
  return createHash('sha256').update(before).digest('base64url').slice(0, 16);
}

export const START: Place = { at: 0, isInside: false, digest: digestOf(Buffer.alloc(0)) };

/** The maximum number of logs that are remembered. */
const MOST = 1000;

interface Written {
  readonly logs: readonly (readonly [identity: string, place: Place])[];
  readonly packed: readonly string[];
}

/**
 * Where to continue after a restart. It only saves work: without it, or with an older one, lines are collected again,
 * with the same ids.
 */
export class Progress {
  readonly #file: string;
  /** Places by the identity of the log. The last change is at the end. */
  readonly #places: Map<string, Place>;
  /** The states of packed files that were read to their end. */
  readonly #packed: Set<string>;
  #isChanged = false;

  private constructor(file: string, { logs, packed }: Written) {
    this.#file = file;
    this.#places = new Map(logs);
    this.#packed = new Set(packed);
  }

  /** @param file is read if it exists, and written by `save` */
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

  isPackedRead(state: string): boolean {
    return this.#packed.has(state);
  }

  packedRead(state: string): void {
    this.#packed.add(state);
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
