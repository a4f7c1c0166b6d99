import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, LeaseHeldError } from '../core/engine-error.ts';
import { renameDurably } from './durable.ts';
import { onFiles, hasCode } from './file-error.ts';
import { heldHere, type Holder, holderHere, HolderWatch } from './lease-holder.ts';

const POLL_MS = 100;
const HEARTBEAT_MS = 2_000;
/** A holder on another host counts as dead after this time without a heartbeat, in ms. */
const TERM_MS = 15_000;

/** The exclusive right to write, until it is released. It is a file with a heartbeat. */
export class FileLease {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #nonce: string;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(path: string, file: FileHandle, nonce: string) {
    this.#path = path;
    this.#file = file;
    this.#nonce = nonce;
    heldHere.add(nonce);
    // Through the handle, so that a later holder's file at the same path is never touched.
    this.#heartbeat = setInterval(() => {
      file.utimes(new Date(), new Date()).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  /** @throws EngineError if it was released, or another process has taken it over because this one stood still */
  async assertHeld(): Promise<void> {
    if ((await onFiles(() => read(this.#path)))?.nonce !== this.#nonce) {
      throw new EngineError(
        'files',
        'the lease was released, or it was lost because this process stood still for too long',
      );
    }
  }

  async release(): Promise<void> {
    if (!heldHere.has(this.#nonce)) return;
    clearInterval(this.#heartbeat);
    await onFiles(async () => {
      if ((await read(this.#path))?.nonce === this.#nonce) await rm(this.#path, { force: true });
      await this.#file.close();
    });
    heldHere.delete(this.#nonce);
  }
}

/**
 * Waits for the lease at a path.
 * @param holder describes the holder to others who want the lease
 * @throws LeaseHeldError that names the holder, if the signal is aborted before
 */
export function acquireLease(path: string, holder: string, signal: AbortSignal): Promise<FileLease> {
  return onFiles(() => acquire(path, holder, signal));
}

async function acquire(path: string, holder: string, signal: AbortSignal): Promise<FileLease> {
  const own = holderHere(holder);
  const watch = new HolderWatch(TERM_MS);
  for (;;) {
    const outcome = await attempt(path, own, watch);
    if ('file' in outcome) {
      const lease = new FileLease(path, outcome.file, own.nonce);
      await removeClaims(path);
      return lease;
    }
    if (signal.aborted) throw new LeaseHeldError(outcome.other.holder);
    // The pause ends early if the signal is aborted; the next attempt is then the last.
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

type Outcome = { readonly file: FileHandle } | { readonly other: Holder };

/**
 * Creates the lease's file, or replaces that of a dead holder. If several processes see the same dead
 * holder, only one may replace its file: the one with the claim. A claim is itself a lease, so that the
 * death of its holder is handled in the same way.
 */
async function attempt(path: string, own: Holder, watch: HolderWatch): Promise<Outcome> {
  const other = await read(path);
  if (!other) {
    const created = await create(path, own);
    return created ? { file: created } : { other: own };
  }
  if (!watch.isDead(path, other, `${other.heartbeat}`)) return { other };
  const claimPath = `${path}.${other.nonce}`;
  const claim = await attempt(claimPath, own, watch);
  if (!('file' in claim)) return { other };
  try {
    const current = await read(path);
    if (current?.nonce !== other.nonce) return { other: current ?? other };
    const temporary = `${path}.${own.nonce}`;
    const file = await create(temporary, own);
    if (!file) return { other };
    try {
      await renameDurably(temporary, path);
    } catch (error) {
      await file.close();
      // Another process got the lease meanwhile and removed the temporary file.
      if (hasCode(error, 'ENOENT')) return { other };
      throw error;
    }
    return { file };
  } finally {
    await claim.file.close();
    await rm(claimPath, { force: true });
  }
}

/**
 * Creates a lease's file with its content at once. If a process were killed before it wrote its name,
 * the others would have to wait for the whole term.
 * @returns undefined if the path is taken
 */
async function create(path: string, own: Holder): Promise<FileHandle | undefined> {
  const unborn = `${path}.${randomUUID()}`;
  const file = await open(unborn, 'wx');
  try {
    await file.writeFile(JSON.stringify(own));
    await link(unborn, path);
    return file;
  } catch (error) {
    await file.close();
    // Another process got the lease meanwhile and removed the unfinished files.
    if (hasCode(error, 'EEXIST', 'ENOENT')) return undefined;
    throw error;
  } finally {
    await rm(unborn, { force: true });
  }
}

/** A holder with its last heartbeat: the file's time of modification, in ms. */
interface Seen extends Holder {
  readonly heartbeat: number;
}

async function read(path: string): Promise<Seen | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { mtimeMs } = await stat(path);
    try {
      return { ...(JSON.parse(text) as Holder), heartbeat: mtimeMs };
    } catch {
      // The file is damaged, or an older Kraken was killed while it wrote it.
      return { holder: 'somebody', pid: 0, host: '', nonce: `torn-${mtimeMs}`, heartbeat: mtimeMs };
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Removes old claims. A process that still holds an old claim finds that the dead holder was replaced, and
 * gives up.
 */
async function removeClaims(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`)) await rm(join(folder, name), { force: true });
  }
}
