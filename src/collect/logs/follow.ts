import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/time/time.ts';
import { hasCode, whyUnreadable } from '../../files/file-error.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';
import type { Delivery } from './delivery.ts';
import type { Asked } from './log-head.ts';
import { followedFiles, type LogFile } from './places.ts';
import type { Progress } from './progress.ts';
import { isPacked, readLog } from './read-log.ts';
import { Tail } from './tail.ts';

export interface FollowTimes {
  /** How often files are checked, in ms. */
  readonly pollMs: number;
  /** A file that hasn't changed for this time isn't being copied any more, in ms. */
  readonly settledMs: number;
  /** A rotated file that hasn't changed for this time isn't written any more, in ms. */
  readonly finishedMs: number;
  /** Likewise for a removed file, which takes up disk space until then. */
  readonly removedMs: number;
  /** A rotated file that hasn't changed for this time isn't read, in ms. */
  readonly oldMs: number;
}

export const FOLLOW_TIMES: FollowTimes = {
  pollMs: 500,
  settledMs: 2_000,
  finishedMs: 10 * 60_000,
  removedMs: 60_000,
  oldMs: 7 * 86_400_000,
};

export interface FollowParts {
  readonly asked: Asked;
  readonly delivery: Delivery;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly times: FollowTimes;
  /** Receives sentences for people, each once. */
  readonly say: (line: string) => void;
}

/** An open file, and its state when its lines were last delivered. */
interface Followed {
  readonly tail: Tail;
  look: string;
}

/**
 * Follows growing logs through rotation. It follows files, not names: a renamed, moved or removed file is read until
 * nobody writes to it any more. Files that were rotated while nobody followed are found by their names.
 */
export class Follower {
  readonly #sources: readonly string[];
  readonly #parts: FollowParts;
  /** Open files by inode. */
  readonly #followed = new Map<string, Followed>();
  /** The states of closed files. A file is opened again when its state changes. */
  readonly #left = new Map<string, string>();

  constructor(sources: readonly string[], parts: FollowParts) {
    this.#sources = sources;
    this.#parts = parts;
  }

  /** Follows until aborted, and finishes running work. @throws UnreadableFileError, and the errors of the delivery */
  async run(signal: AbortSignal): Promise<void> {
    const { progress, times } = this.#parts;
    try {
      while (!signal.aborted) {
        await this.look(signal);
        await progress.save();
        await sleep(times.pollMs, undefined, { signal }).catch(() => {});
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await this.close();
      await progress.save();
    }
  }

  /** Closes the files. */
  async close(): Promise<void> {
    for (const { tail } of this.#followed.values()) await tail.close();
    this.#followed.clear();
  }

  /** Delivers the lines that are new since the last check. */
  async look(signal: AbortSignal): Promise<void> {
    const { clock, times } = this.#parts;
    const seen = new Map<string, LogFile>();
    for (const source of this.#sources) {
      for (const file of await followedFiles(source)) {
        if (file.isNamed || clock.now() - file.changedMs < times.oldMs) seen.set(file.inode, file);
      }
    }
    for (const [inode, file] of seen) {
      signal.throwIfAborted();
      const known = this.#followed.get(inode);
      if (known) known.tail.path = file.path;
      else if (this.#left.get(inode) !== lookOf(file)) await this.#open(file, signal);
    }
    for (const [inode, followed] of this.#followed)
      await this.#bring(inode, followed, seen.get(inode), signal);
    for (const inode of this.#left.keys()) if (!seen.has(inode)) this.#left.delete(inode);
  }

  async #open(file: LogFile, signal: AbortSignal): Promise<void> {
    const { asked, delivery, progress } = this.#parts;
    if (await isPacked(file.path)) {
      await this.#readPacked(file, signal);
      return;
    }
    try {
      const handle = await open(file.path);
      const { dev, ino } = await handle.stat({ bigint: true });
      // Another file may have this name by now. The next check sees it.
      if (`${dev}:${ino}` !== file.inode) await handle.close();
      else
        this.#followed.set(file.inode, {
          tail: new Tail(handle, file.path, asked, delivery, progress),
          look: '',
        });
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return;
      this.#complain(
        file,
        new UnreadableFileError(file.path, `can't be read: ${whyUnreadable(cause)}`, { cause }),
      );
    }
  }

  /** Reads a packed file, which is complete once it isn't written any more. */
  async #readPacked(file: LogFile, signal: AbortSignal): Promise<void> {
    const { asked, delivery, progress, clock, times } = this.#parts;
    if (clock.now() - file.changedMs < times.settledMs) return;
    const state = `${file.inode} ${lookOf(file)}`;
    this.#left.set(file.inode, lookOf(file));
    if (progress.isPackedRead(state)) return;
    try {
      await readLog(file.path, asked, delivery, signal, (identity) => progress.of(identity));
      progress.packedRead(state);
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.#complain(file, error);
    }
  }

  async #bring(
    inode: string,
    followed: Followed,
    file: LogFile | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, times } = this.#parts;
    const { tail } = followed;
    const now = await tail.stat();
    const quietMs = clock.now() - now.changedMs;
    const isSettled = quietMs >= times.settledMs;
    const isFinished = !file?.isLive && quietMs >= (now.isRemoved ? times.removedMs : times.finishedMs);
    // Folders may have many files, so quiet ones aren't kept open.
    const isLeft = isFinished || (file?.isNamed !== true && quietMs >= times.finishedMs);
    const look = `${lookOf(now)} ${isSettled} ${isFinished}`;
    try {
      if (look !== followed.look) await tail.pump(isSettled, isFinished, signal);
      followed.look = look;
      if (!isLeft) return;
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.#complain(file, error);
    }
    this.#followed.delete(inode);
    this.#left.set(inode, lookOf(now));
    await tail.close();
  }

  /** A file that the user named must be readable. A file that was found in a folder need not be a log. */
  #complain(file: LogFile | undefined, error: UnreadableFileError): void {
    if (file?.isNamed) throw error;
    if (file) this.#left.set(file.inode, lookOf(file));
    this.#parts.say(`left out: ${error.message}`);
  }
}

function lookOf({ size, changedMs }: Pick<LogFile, 'size' | 'changedMs'>): string {
  return `${size} ${changedMs}`;
}
