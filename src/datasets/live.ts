import type { watch } from 'node:fs';
import { pauseAfter } from '../files/slow-look.ts';
import { build, FolderGoneError } from './build.ts';
import type { BuildOptions, Built } from './built.ts';
import { digestOfFolders } from './folder.ts';
import { mistakeLine } from './mistake.ts';
import { Notices } from './notices.ts';
import { digestOf } from './source-file.ts';

/** How soon after a change the folders are looked at, in ms, and again until they hold still. */
const LOOK_MS = 500;
/** After so long what an engine's absence prevented is tried again, in ms. */
const RETRY_MS = 5000;
/** So often tables of the warehouse are looked at, in ms: some have to be read for that. */
const TABLES_MS = 60_000;

/** Takes a line of the log; pino is one. */
export interface Log {
  info(members: object, line: string): void;
  warn(members: object, line: string): void;
  error(members: object, line: string): void;
}

export interface LiveOptions extends Omit<BuildOptions, 'signal' | 'before'> {
  /** Told of each new catalogue, whole. */
  readonly publish: (built: Built) => void;
  readonly log: Log;
  /** What asks the system for notices of changes; Node's unless given. */
  readonly listen?: typeof watch;
  /** In ms; how often tables of the warehouse are looked at. */
  readonly tablesMs?: number;
}

/**
 * Folders of data sets, as they are now: built anew whenever a file in them changes. A change counts
 * once it has held still from one look to the next, so that a file isn't read while it is written.
 * Mostly the system tells of changes; where it doesn't, a look finds them that comes the more seldom
 * the more files there are.
 */
export class LiveFolders {
  readonly #options: LiveOptions;
  readonly #stopping = new AbortController();
  #built: Built | undefined;
  /** What was built, and what was seen last. */
  #digest: string | undefined;
  #seen: string | undefined;
  #builtAt = -Infinity;
  /** Whether the system told of a change after the last look began. */
  #isNoticed = false;
  #lookTookMs = 0;
  readonly #notices: Notices;
  #timer: NodeJS.Timeout | undefined;
  /** What was last said of a folder that is gone. */
  #gone: string | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#notices = new Notices(() => this.#notice(), options.listen);
  }

  /** What the folders were when they were last built. */
  get built(): Built | undefined {
    return this.#built;
  }

  /**
   * Builds once, then whenever something changes.
   * @param patienceMs how long to wait for the first time; it goes on after that
   */
  async start(patienceMs: number): Promise<void> {
    this.#round = this.#first();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([this.#round, patience]);
    clearTimeout(timer);
  }

  /** Ends what is under way; an import that was begun changes nothing. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the gateway stops'));
    clearTimeout(this.#timer);
    await this.#round;
    this.#notices.close();
  }

  async #first(): Promise<void> {
    await this.#build();
    this.#plan();
  }

  #plan(): void {
    this.#timer = undefined;
    if (this.#stopping.signal.aborted) return;
    const again = (): void => {
      this.#timer = undefined;
      this.#round = this.#next().finally(() => this.#plan());
    };
    this.#timer = setTimeout(again, this.#pauseMs()).unref();
  }

  /** How long to wait for the next look, in ms. */
  #pauseMs(): number {
    if (this.#isNoticed || this.#seen !== this.#digest) return LOOK_MS;
    const untilDue = this.#builtAt + this.#waitMs() - performance.now();
    return Math.max(LOOK_MS, Math.min(pauseAfter(this.#lookTookMs), untilDue));
  }

  #notice(): void {
    if (this.#isNoticed) return;
    this.#isNoticed = true;
    // Without a timer a round is under way, and the next is planned at its end.
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#plan();
  }

  async #next(): Promise<void> {
    this.#isNoticed = false;
    const started = performance.now();
    const digest = await this.#look();
    this.#lookTookMs = performance.now() - started;
    const isStill = digest === this.#seen;
    this.#seen = digest;
    const isDue = performance.now() - this.#builtAt >= this.#waitMs();
    if (isStill && (digest !== this.#digest || isDue)) await this.#build();
  }

  /** How long what is built counts where no file changes, in ms. */
  #waitMs(): number {
    if (!this.#built || this.#built.unfinished.length > 0) return RETRY_MS;
    return this.#built.readsTables ? (this.#options.tablesMs ?? TABLES_MS) : Infinity;
  }

  async #look(): Promise<string> {
    const files = [...(this.#built?.files.keys() ?? [])];
    const [folders, digests] = await Promise.all([
      digestOfFolders(this.#options.folders),
      Promise.all(files.map(digestOf)),
    ]);
    return combinedDigest(folders, new Map(files.map((file, i) => [file, digests[i] as string])));
  }

  async #build(): Promise<void> {
    const { publish, log, folders } = this.#options;
    const { signal } = this.#stopping;
    try {
      const digest = await digestOfFolders(folders);
      this.#digest = combinedDigest(digest, this.#built?.files ?? new Map<string, string>());
      const before = this.#built;
      const built = await build({ ...this.#options, signal, before });
      signal.throwIfAborted();
      this.#built = built;
      if (this.#gone !== undefined) log.info({}, 'the folders of data sets are there again');
      this.#gone = undefined;
      const isSame = before !== undefined && shownOf(before) === shownOf(built);
      if (!isSame) publish(built);
      this.#digest = combinedDigest(digest, built.files);
      this.#seen = this.#digest;
      const known = new Set(before?.mistakes.map(mistakeLine));
      for (const mistake of built.mistakes)
        if (!known.has(mistakeLine(mistake))) log.warn(mistake, `data set: ${mistakeLine(mistake)}`);
      const told = new Set(before?.warnings.map(mistakeLine));
      for (const warning of built.warnings)
        if (!told.has(mistakeLine(warning))) log.info(warning, `data set: ${mistakeLine(warning)}`);
      for (const reason of built.unfinished) log.warn({ reason }, 'data set: tried again soon');
      const counts = { published: built.published.length, mistakes: built.mistakes.length };
      if (!isSame) log.info(counts, 'data sets are published');
    } catch (error) {
      if (error instanceof FolderGoneError) {
        if (error.message !== this.#gone) log.warn({}, `data sets stay as they are: ${error.message}`);
        this.#gone = error.message;
      } else if (!signal.aborted) log.error({ err: error }, 'data sets could not be published');
    } finally {
      this.#builtAt = performance.now();
      await this.#notices.follow(folders, [...(this.#built?.files.keys() ?? [])]);
      // What changed before they were followed is found by one look more.
      this.#isNoticed = true;
    }
  }
}

function combinedDigest(folders: string, files: ReadonlyMap<string, string>): string {
  return [folders, ...[...files].map(([file, digest]) => `${file} ${digest}`)].join('\n');
}

/** Everything of a catalogue that can be told from another one's; what it is asked with can't change alone. */
function shownOf({ catalogue: { metrics, graphs, dashboards } }: Built): string {
  return JSON.stringify([metrics, [...graphs], [...dashboards]]);
}
