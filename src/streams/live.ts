import { digestOfFolders } from '../datasets/folder.ts';
import { readStreams, type Streams } from './folder.ts';

/** How often the folders are checked for changes, in ms. One check costs a few `stat` calls. */
const LOOK_MS = 500;

/**
 * Keeps the streams of some folders up to date: reads them again when a file changes. A change is read once
 * two checks in a row have seen the same state, so that no half-written file is read. If a stream's file gets
 * a mistake or can't be read, the stream stays unchanged.
 */
export class LiveStreams {
  readonly #folders: readonly string[];
  readonly #changed: (streams: Streams) => void;
  readonly #lookMs: number;
  #current: Streams | undefined;
  /** Digests of the folders: one at the last read, and one at the last check. */
  #digest: string | undefined;
  #seen: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  /**
   * @param changed receives the streams and the mistakes that were read, at the start and after each change
   */
  constructor(folders: readonly string[], changed: (streams: Streams) => void, lookMs = LOOK_MS) {
    this.#folders = folders;
    this.#changed = changed;
    this.#lookMs = lookMs;
  }

  /** The streams that events are accepted for. */
  get current(): Streams['streams'] {
    return this.#current?.streams ?? new Map();
  }

  /** Reads the streams, then reads them again whenever they change. */
  async start(): Promise<void> {
    this.#digest = this.#seen = await digestOfFolders(this.#folders);
    await this.#read();
    this.#plan();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #plan(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      // A failed check is tried again at the next one.
      this.#round = this.#look()
        .catch(() => undefined)
        .finally(() => this.#plan());
    }, this.#lookMs).unref();
  }

  async #look(): Promise<void> {
    const digest = await digestOfFolders(this.#folders);
    const isStill = digest === this.#seen;
    this.#seen = digest;
    if (!isStill || digest === this.#digest) return;
    this.#digest = digest;
    await this.#read();
  }

  async #read(): Promise<void> {
    const read = await readStreams(this.#folders);
    const isWhole =
      read.mistakes.length === 0 && read.unreadable.folders.length + read.unreadable.files.length === 0;
    // If every file could be read without a mistake, a missing stream was removed by its owner.
    const streams = isWhole ? read.streams : new Map([...this.current, ...read.streams]);
    this.#current = { ...read, streams };
    this.#changed(this.#current);
  }
}
