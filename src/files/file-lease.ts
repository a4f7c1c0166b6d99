import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, LeaseHeldError } from '../core/engine-error.ts';
import { onFiles } from './file-error.ts';
import { isAlive } from './process-alive.ts';

const POLL_MS = 100;
const HEARTBEAT_MS = 2_000;
/** A holder of another host whose heartbeat wasn't seen for so long is taken for dead. */
const TERM_MS = 15_000;

/** What a lease's file says. Its heartbeat is the file's time of modification. */
interface Holder {
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  /** Another one for every lease ever given. */
  readonly nonce: string;
}

/** The leases that this process holds: its own number may be that of a process that died. */
const held = new Set<string>();

/** The right to write, while it lasts. */
export class FileLease {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #nonce: string;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(path: string, file: FileHandle, nonce: string) {
    this.#path = path;
    this.#file = file;
    this.#nonce = nonce;
    held.add(nonce);
    // By its handle: a file that has since taken the path's place is never touched.
    this.#heartbeat = setInterval(() => {
      file.utimes(new Date(), new Date()).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  /** @throws EngineError when it was released, or somebody has taken over from a process that stood still */
  async assertHeld(): Promise<void> {
    if ((await onFiles(() => read(this.#path)))?.nonce !== this.#nonce) {
      throw new EngineError(
        'files',
        'the lease was released, or lost: this process stood still for too long',
      );
    }
  }

  async release(): Promise<void> {
    if (!held.has(this.#nonce)) return;
    clearInterval(this.#heartbeat);
    await onFiles(async () => {
      if ((await read(this.#path))?.nonce === this.#nonce) await rm(this.#path, { force: true });
      await this.#file.close();
    });
    held.delete(this.#nonce);
  }
}

/**
 * Waits for the lease that a file stands for.
 * @throws LeaseHeldError, naming the holder, when the signal is aborted before
 */
export function acquireLease(path: string, holder: string, signal: AbortSignal): Promise<FileLease> {
  return onFiles(() => acquire(path, holder, signal));
}

async function acquire(path: string, holder: string, signal: AbortSignal): Promise<FileLease> {
  const own: Holder = { holder, pid: process.pid, host: hostname(), nonce: randomUUID() };
  const watch = new Watch();
  for (;;) {
    const outcome = await attempt(path, own, watch);
    if ('file' in outcome) {
      const lease = new FileLease(path, outcome.file, own.nonce);
      await removeClaims(path);
      return lease;
    }
    if (signal.aborted) throw new LeaseHeldError(outcome.other.holder);
    // Ends early when the signal is aborted; the next attempt is then the last.
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

type Outcome = { readonly file: FileHandle } | { readonly other: Holder };

/**
 * Creates the file, or takes the place of a holder that died. Of several who see the same dead
 * holder only the one replaces its file who holds the claim to it, a lease like any other: so one
 * who dies with the claim is followed as well.
 */
async function attempt(path: string, own: Holder, watch: Watch): Promise<Outcome> {
  const created = await create(path, own);
  if (created) return { file: created };
  const other = await read(path);
  if (!other) return { other: own };
  if (!watch.isDead(path, other)) return { other };
  const claimPath = `${path}.${other.nonce}`;
  const claim = await attempt(claimPath, own, watch);
  if (!('file' in claim)) return { other };
  try {
    const current = await read(path);
    if (current?.nonce !== other.nonce) return { other: current ?? other };
    const temporary = `${path}.${own.nonce}`;
    const file = await create(temporary, own);
    if (!file) return { other };
    await rename(temporary, path);
    return { file };
  } finally {
    await claim.file.close();
    await rm(claimPath, { force: true });
  }
}

async function create(path: string, own: Holder): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(own));
    return file;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
}

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
      // Its holder has created it and not yet written it, or died in between.
      return { holder: 'somebody', pid: 0, host: '', nonce: `torn-${mtimeMs}`, heartbeat: mtimeMs };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a waiter has seen of the holders: heartbeats are compared with themselves, never with this host's clock. */
class Watch {
  readonly #seen = new Map<string, { heartbeat: string; since: number }>();

  isDead(path: string, other: Holder & { heartbeat?: number }): boolean {
    if (other.host === hostname()) {
      if (other.pid === process.pid ? !held.has(other.nonce) : !isAlive(other.pid)) return true;
    }
    const heartbeat = `${other.nonce} ${other.heartbeat}`;
    const seen = this.#seen.get(path);
    if (seen?.heartbeat === heartbeat) return performance.now() - seen.since >= TERM_MS;
    this.#seen.set(path, { heartbeat, since: performance.now() });
    return false;
  }
}

/** Claims to holders that are long gone. Whoever still holds one finds its holder replaced and gives up. */
async function removeClaims(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`)) await rm(join(folder, name), { force: true });
  }
}
