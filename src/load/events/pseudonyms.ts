import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NAMELESS } from '../../core/metric/dimension.ts';
import { HOUR_MS } from '../../core/time/time.ts';
import { syncFolder } from '../../files/durable.ts';
import { UnreadableFileError } from '../bad-row.ts';

const KEY_BYTES = 32;
/** 96 bits: no two people of a month get the same pseudonym. */
const PSEUDONYM_LENGTH = 16;
const MEMO_LIMIT = 50_000;

/**
 * Makes pseudonyms of people without an account. They are stored instead of the people's names, which are IP
 * addresses. There are so few addresses that a plain digest can be reversed by trying all of them. Therefore
 * the digest has a key, and the key is stored apart from the tables. A person keeps one pseudonym in a
 * project for a month, because counting people needs that. The next month has another one, so that nobody can
 * be followed for longer.
 */
export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #known = new Map<string, string>();
  readonly #months = new Map<number, string>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Returns the month of an hour, such as `2024-03`. */
  #monthOf(hour: number): string {
    const date = new Date(hour * HOUR_MS);
    const number = date.getUTCFullYear() * 12 + date.getUTCMonth();
    let month = this.#months.get(number);
    if (month === undefined) this.#months.set(number, (month = date.toISOString().slice(0, 7)));
    return month;
  }

  /** Returns what is stored as an editor's name: of anonymous ones the pseudonym, unless the name is hidden. @param hour as of `of` */
  stored(type: string, project: string, hour: number, name: string): string {
    return type === 'anonymous' && name !== '' ? this.of(project, hour, name) : name;
  }

  /** Returns the pseudonym of a name. @param hour since 1970-01-01T00:00Z */
  of(project: string, hour: number, name: string): string {
    const month = this.#monthOf(hour);
    const text = `${project}\0${month}\0${name}`;
    let pseudonym = this.#known.get(text);
    if (pseudonym === undefined) {
      const digest = createHmac('sha256', this.#key).update(text).digest('base64url');
      pseudonym = NAMELESS + digest.slice(0, PSEUDONYM_LENGTH);
      if (this.#known.size >= MEMO_LIMIT) this.#known.clear();
      this.#known.set(text, pseudonym);
    }
    return pseudonym;
  }
}

/**
 * Returns the pseudonyms by the key in a folder, which is made the first time. With the same key, the same
 * files give the same rows. Once the key is deleted, nobody can reverse stored pseudonyms.
 * @throws UnreadableFileError
 */
export async function pseudonymsIn(folder: string): Promise<Pseudonyms> {
  const path = join(folder, 'pseudonym-key');
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (file) {
      await file.writeFile(randomBytes(KEY_BYTES).toString('hex'));
      await file.sync();
      await file.close();
      await syncFolder(folder);
    }
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
    if (key.length !== KEY_BYTES) throw new Error(`is not a key of ${KEY_BYTES} bytes`);
    return new Pseudonyms(key);
  } catch (cause) {
    throw new UnreadableFileError(path, `can't be used: ${(cause as Error).message}`, { cause });
  }
}
