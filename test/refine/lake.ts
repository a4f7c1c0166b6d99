import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { EDIT_STREAM } from '../../src/core/metric/edit-events.ts';
import { nodeDisk } from '../../src/disk/node-disk.ts';
import { FILE_LOG_SETTINGS, FileLog } from '../../src/log/files/file-log.ts';
import { lockFolder } from '../../src/log/files/writer-lock.ts';
import { openLoader } from '../../src/raw/open-loader.ts';
import { trimLog } from '../../src/raw/trim-log.ts';
import { openRefiner } from '../../src/refine/open-refiner.ts';
import type { RefineOptions, Refined } from '../../src/refine/refiner.ts';
import { standardRules } from '../../src/refine/standard-rules.ts';
import type { ViewHour, ViewManifest } from '../../src/refine/view-manifest.ts';
import type { ViewRules } from '../../src/refine/view-rules.ts';
import { ViewReader, viewFolder } from '../../src/refine/view-reader.ts';
import { BUILT_IN } from '../../src/streams/built-in.ts';

/** A view as the table has it. */
export type View = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;

/** A lake of its own, with a log that is loaded and refined by the real parts. Its clock is set by hand. */
export class TestLake {
  readonly folder: string;
  readonly clock: { ms: number };
  readonly #log: FileLog;
  rules: ViewRules = standardRules();

  private constructor(folder: string, log: FileLog, clock: { ms: number }) {
    this.folder = folder;
    this.#log = log;
    this.clock = clock;
  }

  static async make(nowMs: number): Promise<TestLake> {
    const folder = await mkdtemp(join(tmpdir(), 'kraken-refine-'));
    const clock = { ms: nowMs };
    const path = join(folder, 'events');
    const log = await FileLog.open({
      folder: path,
      disk: nodeDisk,
      timing: { now: () => clock.ms, after: timer },
      randomTag: () => randomBytes(8),
      lock: () => lockFolder(path, 'a test'),
      settings: FILE_LOG_SETTINGS,
    });
    return new TestLake(folder, log, clock);
  }

  /** The log, for whoever reads it beside the loader. */
  get log(): FileLog {
    return this.#log;
  }

  get lake(): string {
    return join(this.folder, 'lake');
  }

  /** Appends requests as a log has them. @param rows with `dt`; other fields have usual values */
  async requests(...rows: readonly Fields[]): Promise<void> {
    const usual = {
      uri_host: 'blog.example.net',
      http_method: 'GET',
      http_status: '200',
      user_agent: BROWSER,
    };
    await this.#append(
      'webrequest',
      rows.map((row) => ({ ...usual, ip: '192.0.2.1', ...row })),
    );
  }

  /** Appends views as a page reports them. @param rows with `dt`, the time of receipt */
  async pageviews(...rows: readonly Fields[]): Promise<void> {
    const usual = { site: 'blog.example.net', path: '/', source: 'script', user_agent: BROWSER };
    await this.#append(
      'pageview',
      rows.map((row) => ({ ...usual, address: '192.0.2.1', ...row })),
    );
  }

  /** Appends edits as a wiki reports them. @param edits with `rev_timestamp`; other members have usual values */
  async edits(...edits: readonly Fields[]): Promise<void> {
    const usual = {
      database: 'examplewiki',
      page_id: 1,
      page_title: 'Meadow',
      page_namespace: 0,
      performer: { user_id: 5, user_text: 'Ann', user_groups: ['*', 'user'], user_is_bot: false },
    };
    const receivedMs = this.clock.ms;
    const records = edits.map(({ id = randomUUID(), domain = 'wiki.example.org', ...edit }) => {
      const meta = { stream: EDIT_STREAM, id, dt: new Date(receivedMs).toISOString(), domain };
      return Buffer.from(JSON.stringify({ meta, ...usual, ...edit }));
    });
    await this.#log.append(EDIT_STREAM, records);
  }

  /** Loads all, and does what keeps the raw tables and the log small. */
  async load(): Promise<void> {
    const streams = new Map(BUILT_IN.map((stream) => [stream.name, stream]));
    const { signal } = new AbortController();
    const open = await openLoader({
      lake: this.lake,
      log: this.#log,
      streams: () => streams,
      holder: 'a test',
      signal,
      clock: { now: () => this.clock.ms },
    });
    try {
      await open.loader.round(signal);
      await open.loader.upkeep(signal, true);
      await trimLog(this.#log, streams, open.loader.tables);
    } finally {
      await open.close();
    }
  }

  async refine(options: Partial<RefineOptions> = {}): Promise<Refined> {
    const { signal } = new AbortController();
    const clock = { now: () => this.clock.ms };
    const open = await openRefiner({ lake: this.lake, rules: this.rules, holder: 'a test', signal, clock });
    try {
      return await open.refiner.run({ again: false, ignoresLoss: false, signal, ...options });
    } finally {
      await open.close();
    }
  }

  manifest(): Promise<ViewManifest> {
    return this.#reader().manifest();
  }

  /** All hours, in order. */
  async hours(): Promise<[number, ViewHour][]> {
    const reader = this.#reader();
    const found: [number, ViewHour][] = [];
    for (const day of (await reader.manifest()).days.values()) found.push(...(await reader.hours(day)));
    return found.sort(([a], [b]) => a - b);
  }

  /** All views, in the order of the hours and their files. */
  async views(): Promise<View[]> {
    const files = (await this.hours()).flatMap(([, { path }]) => (path === undefined ? [] : [path]));
    const found: View[] = [];
    for (const file of files) found.push(...(await rowsOf(join(viewFolder(this.lake), file))));
    return found;
  }

  async close(): Promise<void> {
    await this.#log.close();
    await rm(this.folder, { recursive: true });
  }

  #reader(): ViewReader {
    return new ViewReader(nodeDisk, viewFolder(this.lake));
  }

  async #append(stream: string, rows: readonly Fields[]): Promise<void> {
    const events = rows.map(({ id = randomUUID(), ...row }) => {
      const meta = {
        stream,
        id,
        dt: stream === 'pageview' ? row['dt'] : new Date(this.clock.ms).toISOString(),
      };
      const { dt, ...others } = row;
      return Buffer.from(JSON.stringify({ meta, ...others, ...(stream === 'pageview' ? {} : { dt }) }));
    });
    if (events.length > 0) await this.#log.append(stream, events);
  }
}

function timer(ms: number, call: () => void): () => void {
  const started = setTimeout(call, ms);
  return () => clearTimeout(started);
}

export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The rows of a Parquet file. */
export async function rowsOf(path: string): Promise<View[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(
      `SELECT * FROM read_parquet('${path}', hive_partitioning = false)`,
    );
    return read.getRowObjects() as View[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
