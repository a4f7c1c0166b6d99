import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, renameDurably } from '../../files/durable.ts';
import type { Clock } from '../../core/time/time.ts';
import type { Addresses } from './addresses.ts';
import { download, type Validators } from './download.ts';
import { FetchError } from './fetch-error.ts';

/** The pause after a failed fetch, in ms, unless the interval is shorter. */
const RETRY_MS = 5 * 60_000;

/** A fetched file as it is on this machine. */
export interface RemoteFile {
  readonly path: string;
  /** When the file was fetched, in ms since 1970. */
  readonly fetchedAt: number;
  /** Since when it can't be fetched, and why; undefined if the last fetch went well. */
  readonly failure: Failure | undefined;
}

interface Failure {
  readonly since: number;
  readonly why: string;
}

/** What is kept about a URL beside its file. */
interface State extends Validators {
  readonly url: string;
  readonly fetchedAt?: number;
  readonly triedAt: number;
  readonly failure?: Failure;
}

/** A file is being fetched for the first time. It is looked at again soon. */
export class NotFetchedYetError extends Error {
  constructor(url: string) {
    super(`${url} is being fetched`);
    this.name = 'NotFetchedYetError';
  }
}

export interface RemoteFilesOptions {
  /** Where files are kept, with what their servers said of them. */
  readonly folder: string;
  readonly addresses: Addresses;
  /** The maximum size of a file, in bytes. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** How long the first fetch of a file is waited for, in ms. Later ones are never waited for. */
  readonly patienceMs: number;
  /** Whether files are only read that another process fetches. */
  readonly isReader?: boolean;
}

/** Files that data sets name by their URLs: fetched now and then, and kept across restarts. */
export class RemoteFiles {
  readonly #options: RemoteFilesOptions;
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(options: RemoteFilesOptions) {
    this.#options = options;
  }

  /**
   * Returns the last good file of a URL. If it is older than the interval, it is fetched again meanwhile.
   * @param ending the end of the name of the file, such as `.csv`
   * @throws FetchError if it was never fetched and can't be; NotFetchedYetError
   */
  async file(url: string, ending: string, everyMs: number, signal: AbortSignal): Promise<RemoteFile> {
    const folder = join(this.#options.folder, createHash('sha256').update(url).digest('hex').slice(0, 32));
    let state = await stateIn(folder, url);
    if (this.#isDue(state, everyMs) && !this.#options.isReader) {
      let fetching = this.#fetching.get(url);
      if (!fetching) {
        fetching = this.#fetch(url, folder, ending, state, signal).finally(() => this.#fetching.delete(url));
        this.#fetching.set(url, fetching);
      }
      if (state?.fetchedAt === undefined) {
        await within(fetching, this.#options.patienceMs);
        state = await stateIn(folder, url);
      }
    }
    if (state?.fetchedAt !== undefined)
      return { path: join(folder, `file${ending}`), fetchedAt: state.fetchedAt, failure: state.failure };
    if (state?.failure) throw new FetchError(state.failure.why);
    throw new NotFetchedYetError(url);
  }

  #isDue(state: State | undefined, everyMs: number): boolean {
    if (!state) return true;
    const pause = state.failure ? Math.min(RETRY_MS, everyMs) : everyMs;
    const age = this.#options.clock.now() - state.triedAt;
    // A clock that was put back must not stop it.
    return age < 0 || age >= pause;
  }

  /** Fetches a file and keeps it. The last good one stays if that fails. Never rejects. */
  async #fetch(
    url: string,
    folder: string,
    ending: string,
    before: State | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { addresses, maxBytes, clock } = this.#options;
    const { etag, lastModified, fetchedAt } = before ?? {};
    const known = {
      ...(etag === undefined || fetchedAt === undefined ? {} : { etag }),
      ...(lastModified === undefined || fetchedAt === undefined ? {} : { lastModified }),
    };
    const part = join(folder, `part-${randomUUID()}`);
    try {
      await makeFolderDurably(folder);
      // A process that was killed left parts behind.
      const parts = (await readdir(folder)).filter((name) => name.startsWith('part-'));
      await Promise.all(parts.map((name) => rm(join(folder, name), { force: true })));
      const found = await download({ url, path: part, maxBytes, known, addresses, signal });
      if (found) await renameDurably(part, join(folder, `file${ending}`));
      const now = clock.now();
      // The file is in its place before its ETag is: a stop between the two fetches it once more.
      await keep(folder, { url, triedAt: now, fetchedAt: now, ...(found ?? known) });
    } catch (error) {
      if (signal.aborted) return;
      const now = clock.now();
      const failure = { since: before?.failure?.since ?? now, why: (error as Error).message };
      await keep(folder, { ...before, url, triedAt: now, failure }).catch(() => undefined);
    } finally {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }
}

async function stateIn(folder: string, url: string): Promise<State | undefined> {
  try {
    const state = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as State;
    return state.url === url ? state : undefined;
  } catch {
    // It was never fetched, or its state was damaged: it is fetched again.
    return undefined;
  }
}

async function keep(folder: string, state: State): Promise<void> {
  const part = join(folder, `part-${randomUUID()}`);
  await writeFile(part, JSON.stringify(state), { flush: true });
  await renameDurably(part, join(folder, 'state.json'));
}

/** Waits for a promise, but not for long. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}
