import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDurably } from '../files/durable.ts';
import { hasCode, onFiles } from '../files/file-error.ts';
import { namesIn } from '../files/names-in.ts';

/** The answers that a mirror has fetched and not imported yet: a file each, named after its address. */
export class Spool {
  readonly #folder: string;

  /** @param folder of one base and one metric; it is made with the first answer */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What is known of an address, by this run or by one that was killed; undefined if nothing is. */
  async known(url: URL): Promise<'data' | 'no data' | undefined> {
    return onFiles(() =>
      stat(this.#path(url)).then(
        ({ size }) => (size > 0 ? 'data' : 'no data'),
        (error: unknown) => {
          if (hasCode(error, 'ENOENT')) return undefined;
          throw error;
        },
      ),
    );
  }

  /** Keeps an answer. @param json undefined if there are no data, so that nobody asks again */
  async keep(url: URL, json: unknown): Promise<void> {
    await onFiles(async () => {
      await mkdir(this.#folder, { recursive: true });
      await replaceDurably(this.#path(url), json === undefined ? '' : JSON.stringify(json));
    });
  }

  /** Returns the paths of the answers with data. */
  async files(): Promise<string[]> {
    return onFiles(async () => {
      const found: string[] = [];
      for (const name of (await namesIn(this.#folder)).sort()) {
        const path = join(this.#folder, name);
        if (name.endsWith('.json') && (await stat(path)).size > 0) found.push(path);
      }
      return found;
    });
  }

  /** Removes everything: it is imported. */
  async clear(): Promise<void> {
    await onFiles(() => rm(this.#folder, { recursive: true, force: true }));
  }

  #path(url: URL): string {
    return join(this.#folder, `${createHash('sha256').update(url.href).digest('hex').slice(0, 32)}.json`);
  }
}
