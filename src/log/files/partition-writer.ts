import type { Disk } from '../../disk/disk.ts';
import { hasCode } from '../../files/file-error.ts';
import type { TrimRule } from '../event-log.ts';
import { AppendTooLargeError, EventLogError, LogFullError, LogWriteError } from '../log-errors.ts';
import { frameLength, HEADER_BYTES } from './format.ts';
import { GroupCommit, type GroupSettings, type Timing } from './group-commit.ts';
import { DurableMark } from './mark.ts';
import type { Tail } from './recover.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { Space } from './space.ts';
import { trimSegments } from './trim.ts';
import type { LockGuard } from './writer-lock.ts';

export interface PartitionSettings extends GroupSettings {
  /** The maximum size of a segment, unless a single group is larger. */
  readonly segmentBytes: number;
  /** The maximum age of the segment that is appended to, in ms. Trimming removes whole segments only. */
  readonly segmentMs: number;
  /** The maximum size of a batch. */
  readonly maxAppendBytes: number;
}

export interface PartitionDeps {
  readonly disk: Disk;
  readonly timing: Timing;
  /** Returns eight random bytes. */
  readonly randomTag: () => Buffer;
  readonly guard: LockGuard;
  readonly space: Space;
  readonly settings: PartitionSettings;
}

/**
 * The only writer of a partition.
 *
 * After a write or a sync fails, its segment is never appended to again: a failed sync may drop the data and
 * report success the next time. The appends of that group fail, and the next group starts another segment, at
 * the position that the failed group would have had.
 */
export class PartitionWriter {
  readonly #folder: string;
  readonly #deps: PartitionDeps;
  readonly #commits: GroupCommit<readonly Uint8Array[]>;
  readonly #mark: DurableMark;
  #segment: SegmentWriter | undefined;
  #serial: number;
  #next: number;
  #newestMs: number;
  #publishing: Promise<void> | undefined;
  /** Settles when the work begun last has ended: groups and trimming take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param tail the recovered end of the folder */
  constructor(folder: string, tail: Tail, deps: PartitionDeps) {
    this.#folder = folder;
    this.#deps = deps;
    this.#serial = tail.serial;
    this.#next = tail.next;
    this.#newestMs = tail.newestMs;
    this.#mark = new DurableMark(deps.disk, folder);
    this.#commits = new GroupCommit(
      (group) => this.#inTurn(() => this.#write(group)),
      deps.settings,
      deps.timing,
    );
    deps.space.add(tail.bytes);
  }

  /** The position up to which the partition is durable. */
  get next(): number {
    return this.#next;
  }

  /** Appends a batch. @returns the position of the first value */
  async append(values: readonly Uint8Array[]): Promise<number> {
    const bytes = frameLength(values);
    const { space, settings } = this.#deps;
    if (bytes > settings.maxAppendBytes) throw new AppendTooLargeError(bytes, settings.maxAppendBytes);
    space.take(bytes);
    try {
      return await this.#commits.add(values, bytes);
    } catch (error) {
      space.give(bytes);
      throw error;
    }
  }

  /** Deletes what the rule lets go. @returns the first position that is left */
  trim(rule: TrimRule): Promise<number> {
    return this.#inTurn(async () => {
      const { disk, guard, space, timing } = this.#deps;
      await guard.assert();
      const trimmed = await trimSegments(disk, this.#folder, rule, {
        next: this.#next,
        newestMs: this.#newestMs,
        nowMs: timing.now(),
        startAnother: async () => (await this.#roll()).sync(),
      });
      space.give(trimmed.bytes);
      return trimmed.first;
    });
  }

  /** Tells readers in other processes the durable position, without delaying anyone. */
  publish(): void {
    this.#publishing ??= this.#publish();
  }

  async close(): Promise<void> {
    await this.#commits.close();
    await this.#turn;
    await this.#publishing;
    await this.#segment?.close();
    await this.#mark.close();
  }

  async #publish(): Promise<void> {
    try {
      for (let written = -1; written < this.#next;) {
        written = this.#next;
        await this.#mark.write(written);
      }
    } catch {
      // Readers learn of it with the next group; nothing is lost.
    }
    this.#publishing = undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work).catch(async (cause: unknown) => {
      await this.#distrust();
      throw asLogError(cause);
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #write(appends: readonly (readonly Uint8Array[])[]): Promise<number[]> {
    const { timing, guard } = this.#deps;
    const bytes = appends.reduce((sum, values) => sum + frameLength(values), 0);
    const timeMs = Math.max(timing.now(), this.#newestMs);
    const segment = await this.#segmentFor(bytes);
    await segment.append({ first: this.#next, timeMs, appends });
    await guard.confirm();
    this.#newestMs = timeMs;
    const places = appends.map((values) => {
      const place = this.#next;
      this.#next += values.length;
      return place;
    });
    this.publish();
    return places;
  }

  /** Gives up the segment after an error, so that the next group starts another one. */
  async #distrust(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    const { disk, space } = this.#deps;
    try {
      await segment?.close();
      // A segment without a durable record is removed: a disk that fails for long would fill up with them.
      if (segment?.isDurable === false) {
        await disk.remove(segment.path);
        space.give(HEADER_BYTES);
      } else if (segment) {
        space.add((await disk.size(segment.path)) - segment.bytes);
      }
    } catch {
      // Trimming removes the file in the end.
    }
  }

  async #segmentFor(bytes: number): Promise<SegmentWriter> {
    const { segmentBytes, segmentMs } = this.#deps.settings;
    const current = this.#segment;
    if (current) {
      if (current.isEmpty) return current;
      const isYoung = this.#deps.timing.now() - current.createdMs < segmentMs;
      if (isYoung && current.bytes + bytes <= segmentBytes) return current;
    }
    return this.#roll();
  }

  /** Starts another segment. */
  async #roll(): Promise<SegmentWriter> {
    const { disk, timing, randomTag, guard, space } = this.#deps;
    await guard.assert();
    const old = this.#segment;
    this.#segment = undefined;
    await old?.close();
    const header = { first: this.#next, beforeMs: this.#newestMs, tag: randomTag() };
    for (;;) {
      try {
        this.#segment = await SegmentWriter.create(disk, this.#folder, this.#serial++, header, timing.now());
        space.add(HEADER_BYTES);
        return this.#segment;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        // Someone else writes here. Either that process or this one has lost the lock.
        await guard.assert();
      }
    }
  }
}

function asLogError(cause: unknown): EventLogError {
  if (cause instanceof EventLogError) return cause;
  if (hasCode(cause, 'ENOSPC', 'EDQUOT')) {
    return new LogFullError('there is no space left for the event log', { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LogWriteError(`the event log could not be written: ${reason}`, { cause });
}
