import type { watch } from 'node:fs';
import { pauseAfter } from '../files/slow-look.ts';
import { build, FolderGoneError } from './build.ts';
import type { BuildOptions, Built } from './built.ts';
import { digestOfFolders } from './folder.ts';
import { mistakeLine } from './mistake.ts';
import { Notices } from './notices.ts';
import { digestOf } from './sources/file-digest.ts';

/** How soon the folders are checked after a change, and again until they hold still, in ms. */
const LOOK_MS = 500;
/** The pause before a build is tried again that failed because an engine was away, in ms. */
const RETRY_MS = 5000;
/** How often tables of the warehouse are checked, in ms. Some must be read for that. */
const TABLES_MS = 60_000;

/** A logger, such as pino. */
export interface Log {
  info(members: object, line: string): void;
  warn(members: object, line: string): void;
  error(members: object, line: string): void;
}

export interface LiveOptions extends Omit<BuildOptions, 'signal' | 'before'> {
  /** Receives each new catalogue. */
  readonly publish: (built: Built) => void;
  readonly log: Log;
  /** Watches a folder through the system; Node's `watch` by default. */
  readonly listen?: typeof watch;
  /** How often tables of the warehouse are checked, in ms. */
  readonly tablesMs?: number;
}

/**
 * Keeps the data sets of some folders up to date: builds them again whenever a file changes. A change is read
 * once two checks in a row have seen the same state, so that no half-written file is read. Usually the system
 * reports changes. Regular checks find the changes that the system misses. With more files, the pause between
 * two checks is longer.
 */
export class LiveFolders {
  readonly #options: LiveOptions;
  readonly #stopping = new AbortController();
  #built: Built | undefined;
  /** Digests of the folders: one at the last build, and one at the last check. */
  #digest: string | undefined;
  #seen: string | undefined;
  #builtAt = -Infinity;
  /** Whether the system reported a change since the last check began. */
  #isNoticed = false;
  #lookTookMs = 0;
  readonly #notices: Notices;
  #timer: NodeJS.Timeout | undefined;
  /** The last message about a missing folder. */
  #gone: string | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#notices = new Notices(() => this.#notice(), options.listen);
  }

  /** The last build. */
  get built(): Built | undefined {
    return this.#built;
  }

  /**
   * Builds once, and again whenever something changes.
   * @param patienceMs how long to wait for the first build, which continues after that
   */
  async start(patienceMs: number): Promise<void> {
    this.#round = this.#first();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([this.#round, patience]);
    clearTimeout(timer);
  }

  /** Ends the work in progress. An import that has begun changes nothing. */
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

  /** Returns the pause before the next check, in ms. */
  #pauseMs(): number {
    if (this.#isNoticed || this.#seen !== this.#digest) return LOOK_MS;
    const untilDue = this.#builtAt + this.#waitMs() - performance.now();
    return Math.max(LOOK_MS, Math.min(pauseAfter(this.#lookTookMs), untilDue));
  }

  #notice(): void {
    if (this.#isNoticed) return;
    this.#isNoticed = true;
    // Without a timer a check is running, and plans the next one at its end.
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

  /** Returns how long a build stays valid while no file changes, in ms. */
  #waitMs(): number {
    if (!this.#built || this.#built.unfinished.length > 0) return RETRY_MS;
    return this.#built.readsElsewhere ? (this.#options.tablesMs ?? TABLES_MS) : Infinity;
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
      if (this.#gone !== undefined) log.info({}, 'the folders of data sets can be read again');
      this.#gone = undefined;
      const isSame = before !== undefined && comparableOf(before) === comparableOf(built);
      if (!isSame) publish(built);
      this.#digest = combinedDigest(digest, built.files);
      this.#seen = this.#digest;
      const known = new Set(before?.mistakes.map(mistakeLine));
      for (const mistake of built.mistakes)
        if (!known.has(mistakeLine(mistake))) log.warn(mistake, `data set: ${mistakeLine(mistake)}`);
      const knownWarnings = new Set(before?.warnings.map(mistakeLine));
      for (const warning of built.warnings)
        if (!knownWarnings.has(mistakeLine(warning))) log.info(warning, `data set: ${mistakeLine(warning)}`);
      for (const reason of built.unfinished)
        log.warn({ reason }, 'a data set is not finished and will be tried again');
      const counts = { published: built.published.length, mistakes: built.mistakes.length };
      if (!isSame) log.info(counts, 'data sets are published');
    } catch (error) {
      if (error instanceof FolderGoneError) {
        if (error.message !== this.#gone) log.warn({}, `the data sets are not changed: ${error.message}`);
        this.#gone = error.message;
      } else if (!signal.aborted) log.error({ err: error }, 'data sets could not be published');
    } finally {
      this.#builtAt = performance.now();
      await this.#notices.follow(folders, [...(this.#built?.files.keys() ?? [])]);
      // One more check finds changes made before the files were watched.
      this.#isNoticed = true;
    }
  }
}

function combinedDigest(folders: string, files: ReadonlyMap<string, string>): string {
  return [folders, ...[...files].map(([file, digest]) => `${file} ${digest}`)].join('\n');
}

/** Returns everything that can differ between two catalogues. The questions asked of them can't change alone. */
function comparableOf({ catalogue: { metrics, graphs, dashboards } }: Built): string {
  return JSON.stringify([metrics, [...graphs], [...dashboards]]);
}
