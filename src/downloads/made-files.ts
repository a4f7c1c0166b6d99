import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../core/problem.ts';
import { Turns } from '../core/turns.ts';
import type { Clock } from '../core/time/time.ts';
import { renameDurably } from '../files/durable.ts';
import { hasCode, onFiles } from '../files/file-error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { namesIn } from '../files/names-in.ts';
import { Flights } from '../read/flights.ts';

/** A file that is read while nobody changes it. Its reader closes the handle. */
export interface MadeFile {
  readonly handle: FileHandle;
  readonly bytes: number;
  /** A digest of its bytes, in hex: the same bytes have the same one in every process. */
  readonly digest: string;
}

export interface MadeFilesOptions {
  /** Where files are kept. Several processes may share it. It is made when the first file is. */
  readonly folder: string;
  /** How much all files together may take. One file may not take more either. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** Making takes memory and a connection of the engine, so one file is made at a time. */
const MAKERS = 1;
const MAX_WAITING = 20;
/** How often the size of a file is looked at while it is made, in ms. */
const LOOK_MS = 500;
/** A file that is still being made after this time was left behind by a process that died, in ms. */
const ABANDONED_MS = 60 * 60_000;
const UNFINISHED = '.unfinished';

/**
 * Files that are made when somebody asks for them, and kept while there is room: what was used last stays longest. A
 * file's name is its key and its digest, so the folder alone says what there is.
 */
export class MadeFiles {
  readonly #options: MadeFilesOptions;
  readonly #flights = new Flights<string>();
  readonly #turns = new Turns(MAKERS);
  #waiting = 0;

  constructor(options: MadeFilesOptions) {
    this.#options = options;
  }

  /**
   * Opens a file, and makes it first if it isn't there. All who want the same file wait for one making, which ends when
   * the last of them leaves.
   * @param key a name for the file's content, of letters that file names have
   * @param make writes the file
   * @throws Problem if it is larger than all files may be, or too many wait; EngineError
   */
  async open(
    key: string,
    make: (path: string, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<MadeFile> {
    for (;;) {
      const kept = await this.#find(key);
      const name = kept ?? (await this.#flights.join(key, (one) => this.#make(key, make, one), signal));
      const path = join(this.#options.folder, name);
      try {
        const handle = await open(path);
        const now = this.#options.clock.now() / 1000;
        await utimes(path, now, now).catch(() => undefined);
        return { handle, bytes: (await handle.stat()).size, digest: name.slice(key.length + 1) };
      } catch (error) {
        // Another process took it away meanwhile.
        if (!hasCode(error, 'ENOENT')) throw error;
      }
    }
  }

  async #find(key: string): Promise<string | undefined> {
    return (await namesIn(this.#options.folder)).find(
      (name) => name.startsWith(`${key}.`) && !name.endsWith(UNFINISHED),
    );
  }

  async #make(
    key: string,
    make: (path: string, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<string> {
    if (this.#waiting >= MAX_WAITING)
      throw new Problem('unavailable', 'Too many files are waited for.', { retryAfterS: 30 });
    this.#waiting++;
    try {
      await this.#turns.take(signal);
    } finally {
      this.#waiting--;
    }
    const { folder, maxBytes } = this.#options;
    const path = join(folder, `${randomUUID()}${UNFINISHED}`);
    try {
      makeFolder(folder);
      await whileSmall(path, maxBytes, signal, (bounded) => make(path, bounded));
      const name = `${key}.${await syncedDigestOf(path)}`;
      await onFiles(() => renameDurably(path, join(folder, name)));
      await this.#makeRoom(name);
      return name;
    } finally {
      await rm(path, { force: true });
      this.#turns.give();
    }
  }

  /** Removes what was used least lately until all files fit. @param newest the file that stays in any case */
  async #makeRoom(newest: string): Promise<void> {
    const { folder, maxBytes, clock } = this.#options;
    const found = await Promise.all(
      (await namesIn(folder)).map(async (name) => {
        const file = await stat(join(folder, name)).catch(() => undefined);
        return { name, size: file?.size ?? 0, usedMs: file?.mtimeMs ?? 0 };
      }),
    );
    let room = maxBytes - (found.find(({ name }) => name === newest)?.size ?? 0);
    for (const { name, size, usedMs } of found.sort((a, b) => b.usedMs - a.usedMs)) {
      if (name === newest) continue;
      const isUnfinished = name.endsWith(UNFINISHED);
      if (isUnfinished ? clock.now() - usedMs < ABANDONED_MS : size <= room) room -= size;
      else await rm(join(folder, name), { force: true });
    }
  }
}

/** Runs `work`, which writes a file, and ends it when the file gets too large. @throws Problem */
async function whileSmall(
  path: string,
  maxBytes: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const look = async (): Promise<void> => {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (size > maxBytes) controller.abort(tooLarge(maxBytes));
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  try {
    await work(AbortSignal.any([signal, controller.signal]));
    await look();
    controller.signal.throwIfAborted();
  } finally {
    clearInterval(timer);
  }
}

function tooLarge(maxBytes: number): Problem {
  const mib = Math.floor(maxBytes / 1024 / 1024);
  return new Problem(
    'too-large',
    `The file takes more than ${mib} MiB, which is all that this instance keeps.`,
    {
      hint: 'Ask for a piece of it, or for Parquet, which takes least. The operator’s setting is KRAKEN_DOWNLOADS_MB.',
    },
  );
}

/** The digest of a file, whose bytes are safe on the disk afterwards. */
async function syncedDigestOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const digest = createHash('sha1');
    for await (const part of handle.createReadStream({ autoClose: false })) digest.update(part as Buffer);
    await handle.sync();
    return digest.digest('hex');
  } finally {
    await handle.close();
  }
}
