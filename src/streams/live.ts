import { printOfFolders } from '../datasets/folder.ts';
import { readStreams, type Streams } from './folder.ts';

/** How often the folders are looked at, in ms: a few calls of `stat`. */
const LOOK_MS = 500;

/**
 * The streams of some folders, as they are now: read anew when a file in them changes. A change counts
 * once it has held still from one look to the next, so that a file isn't read while it is written.
 * Streams whose file has come to have mistakes, or can't be read, go on as they were.
 */
export class LiveStreams {
  readonly #folders: readonly string[];
  readonly #changed: (streams: Streams) => void;
  readonly #lookMs: number;
  #current: Streams | undefined;
  /** What was read, and what was seen last. */
  #print: string | undefined;
  #seen: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** @param changed is told of what was read, mistakes included: the first time, and after each change */
  constructor(folders: readonly string[], changed: (streams: Streams) => void, lookMs = LOOK_MS) {
    this.#folders = folders;
    this.#changed = changed;
    this.#lookMs = lookMs;
  }

  /** The streams that events are taken for. */
  get current(): Streams['streams'] {
    return this.#current?.streams ?? new Map();
  }

  /** Reads them once, and then whenever they change. */
  async start(): Promise<void> {
    this.#print = this.#seen = await printOfFolders(this.#folders);
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
      // What fails now is tried again at the next look.
      this.#round = this.#look()
        .catch(() => undefined)
        .finally(() => this.#plan());
    }, this.#lookMs).unref();
  }

  async #look(): Promise<void> {
    const print = await printOfFolders(this.#folders);
    const isStill = print === this.#seen;
    this.#seen = print;
    if (!isStill || print === this.#print) return;
    this.#print = print;
    await this.#read();
  }

  async #read(): Promise<void> {
    const read = await readStreams(this.#folders);
    const isWhole =
      read.mistakes.length === 0 && read.unreadable.folders.length + read.unreadable.files.length === 0;
    // A stream that is gone from files without mistakes was taken away by its owner.
    const streams = isWhole ? read.streams : new Map([...this.current, ...read.streams]);
    this.#current = { ...read, streams };
    this.#changed(this.#current);
  }
}
