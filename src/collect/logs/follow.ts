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
  /** How often files are looked at, in ms. */
  readonly pollMs: number;
  /** A file that hasn't changed for so long is no copy under way. */
  readonly settledMs: number;
  /** A file that was rotated away isn't written to any more when it hasn't changed for so long. */
  readonly finishedMs: number;
  /** Likewise one that was removed; until then it takes up its room on the disk. */
  readonly removedMs: number;
  /** What was rotated away and hasn't changed for so long is left alone. */
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
  /** Is told what people should know, once. */
  readonly say: (line: string) => void;
}

/** A file that is open, and how it was when its lines were brought. */
interface Followed {
  readonly tail: Tail;
  look: string;
}

/**
 * Follows logs that are written, through rotation. A file is followed as such, not as its name: what was
 * renamed, also out of sight, or removed, is read on until nobody writes to it. What was written and
 * rotated away while nobody followed is found by its name.
 */
export class Follower {
  readonly #sources: readonly string[];
  readonly #parts: FollowParts;
  /** By inode. */
  readonly #followed = new Map<string, Followed>();
  /** How files were when they were left: only what changes is opened again. */
  readonly #left = new Map<string, string>();

  constructor(sources: readonly string[], parts: FollowParts) {
    this.#sources = sources;
    this.#parts = parts;
  }

  /** Goes on until it is aborted; what was begun is finished. @throws UnreadableFileError; what the delivery throws */
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

  /** Leaves the files. */
  async close(): Promise<void> {
    for (const { tail } of this.#followed.values()) await tail.close();
    this.#followed.clear();
  }

  /** Brings what has come since the last look. */
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
      // The name may have been given to another file meanwhile: that is seen by the next look.
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

  /** What is packed is whole, once it isn't written any more. */
  async #readPacked(file: LogFile, signal: AbortSignal): Promise<void> {
    const { asked, delivery, progress, clock, times } = this.#parts;
    if (clock.now() - file.changedMs < times.settledMs) return;
    const print = `${file.inode} ${lookOf(file)}`;
    this.#left.set(file.inode, lookOf(file));
    if (progress.isPackedRead(print)) return;
    try {
      await readLog(file.path, asked, delivery, signal, (identity) => progress.of(identity));
      progress.packedRead(print);
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
    // Folders may have many files: what is quiet isn't kept open.
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

  /** What was named has to be readable; what was found beside it, or in a folder, needn't be a log. */
  #complain(file: LogFile | undefined, error: UnreadableFileError): void {
    if (file?.isNamed) throw error;
    if (file) this.#left.set(file.inode, lookOf(file));
    this.#parts.say(`left out: ${error.message}`);
  }
}

function lookOf({ size, changedMs }: Pick<LogFile, 'size' | 'changedMs'>): string {
  return `${size} ${changedMs}`;
}
