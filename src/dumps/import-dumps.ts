import { basename, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Metric } from '../core/metric/metric.ts';
import { ordinalAt, startOf } from '../core/time/time.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import { withLease, type Writer } from '../load/lease.ts';
import type { OnProgress } from '../load/progress.ts';
import { publish } from '../load/publish.ts';
import { sizeOf, STDIN } from '../load/source.ts';
import { Engine } from '../warehouses/lake/engine.ts';
import type { DumpFormat, Told, Unit } from './format.ts';
import { type FoundFile, foundFiles } from './found-files.ts';
import { type MadeUnits, makeUnits } from './make-units.ts';
import { BadLinesError, forReading, plainFile, readRows, sha256Of } from './read-file.ts';
import { Shelf, type Shelved } from './shelf.ts';
import { unitText } from './units.ts';

export interface DumpOptions extends Writer {
  /** The formats that the files may have. */
  readonly formats: readonly DumpFormat[];
  /** Paths of files and folders; `-` is standard input. */
  readonly files: readonly string[];
  /** The folder of the rows that days and months are made of, an absolute path. */
  readonly shelf: string;
  readonly told: Told;
  /** The share of a file's lines that may be malformed: 0.001 for a thousandth. */
  readonly badShare: number;
  readonly partial: boolean;
  readonly complete: boolean;
  readonly note?: string;
  readonly onProgress?: OnProgress;
}

export interface DumpReport {
  /** The files that were read now. */
  readonly read: readonly Shelved[];
  /** How many files were on the shelf already. */
  readonly known: number;
  /** Why files weren't taken. */
  readonly refused: readonly Error[];
  /** Sentences about files that were passed over. */
  readonly notices: readonly string[];
  /** Tables with the partitions that changed. */
  readonly changed: readonly string[];
  readonly partial: MadeUnits['partial'];
  readonly cells: number;
  readonly seconds: number;
}

/**
 * Imports dumps: each file's rows go to the shelf, and each day and month is made of them once its files are there.
 * A run that was stopped or killed goes on with the next file; one that has read the same files changes nothing.
 * @throws UnreadableFileError for a name that tells too little; OtherSourceError, LeaseHeldError, EngineError
 */
export async function importDumps(options: DumpOptions): Promise<DumpReport> {
  const { formats, files, told, signal } = options;
  const started = performance.now();
  const found = await foundFiles(files, formats, told);
  const total = await sizeOf(found.files.map(({ path }) => path));
  return withLease(options, async () => {
    const shelf = new Shelf(options.shelf);
    const run = new Run(options, shelf, await shelf.temporary(), total);
    try {
      for (const group of byMonth(found.files)) {
        for (const file of group) await run.take(file);
        await run.make(group);
      }
      await run.publish(formats, found.files);
    } finally {
      await run.close();
    }
    signal.throwIfAborted();
    const seconds = (performance.now() - started) / 1000;
    return { ...run.report(), notices: [...found.notices, ...run.notices], seconds };
  });
}

/** Groups files, which are in order, by the month that they are of. */
function byMonth(files: readonly FoundFile[]): FoundFile[][] {
  const groups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const { grain, ordinal } = file.named.unit;
    const key = `${ordinalAt('monthly', startOf(grain, ordinal))}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/** An import under way. */
class Run {
  readonly #options: DumpOptions;
  readonly #shelf: Shelf;
  readonly #folder: string;
  readonly #total: number | undefined;
  readonly notices: string[] = [];
  readonly #read: Shelved[] = [];
  readonly #refused: Error[] = [];
  readonly #changed: string[] = [];
  readonly #partial: MadeUnits['partial'][number][] = [];
  #known = 0;
  #rows = 0;
  #bytes = 0;
  #cells = 0;
  #engine: Engine | undefined;

  constructor(options: DumpOptions, shelf: Shelf, folder: string, total: number | undefined) {
    this.#options = options;
    this.#shelf = shelf;
    this.#folder = folder;
    this.#total = total;
  }

  report(): Omit<DumpReport, 'notices' | 'seconds'> {
    return {
      read: this.#read,
      known: this.#known,
      refused: this.#refused,
      changed: [...new Set(this.#changed)],
      partial: this.#partial,
      cells: this.#cells,
    };
  }

  /** Puts a file's rows on the shelf, unless they are there. A file that can't be used is noted, and the next ones go on. */
  async take({ path, format, named }: FoundFile): Promise<void> {
    const { signal, told, badShare } = this.#options;
    const before = this.#bytes;
    const size = path === STDIN ? 0 : (await stat(path)).size;
    this.#report();
    try {
      const sha256 = path === STDIN ? '' : await sha256Of(path, signal);
      const known = (await this.#shelf.of(format, named.unit)).get(named.slot);
      if (known && path !== STDIN) {
        const name = basename(path);
        if (known.sha256 === sha256) this.#known++;
        else if (known.file !== name)
          this.notices.push(
            `${name} is passed over: the rows of its period (${unitText(named.unit)}, ${named.slot}) come from ${known.file}.`,
          );
        if (known.sha256 === sha256 || known.file !== name) return;
      }
      const plain = await plainFile(path, this.#folder, signal, (bytes) => {
        this.#bytes += bytes;
        this.#report();
      });
      const digest = sha256 || (await sha256Of(plain, signal));
      const to = join(this.#folder, 'rows.parquet');
      const engine = (this.#engine ??= await Engine.open(this.#folder));
      const reading = { file: path, sha256: digest, format, named, told, badShare };
      const shelved = await engine.use(signal, async (connection) => {
        await forReading(connection);
        return readRows(connection, reading, plain, to);
      });
      const projects = [...new Set([...shelved.projects, ...(known?.projects ?? [])])].sort();
      await this.#shelf.put(format, named.unit, { ...shelved, projects }, to);
      this.#read.push(shelved);
      this.#rows += shelved.lines;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnreadableFileError || error instanceof BadLinesError)) throw error;
      this.#refused.push(error);
    } finally {
      this.#bytes = before + size;
      this.#report();
    }
  }

  /** Makes the rows of the units that files are of. */
  async make(files: readonly FoundFile[]): Promise<void> {
    // DuckDB's memory of reading is free for making.
    await this.close();
    for (const format of new Set(files.map((file) => file.format))) {
      const units = new Map<string, Unit>();
      for (const { format: own, named } of files)
        if (own === format) units.set(unitText(named.unit), named.unit);
      const there: Unit[] = [];
      for (const unit of units.values()) if ((await this.#shelf.of(format, unit)).size > 0) there.push(unit);
      const made = await makeUnits(format, there, { ...this.#options, shelf: this.#shelf });
      this.#changed.push(...made.changed);
      this.#partial.push(...made.partial);
    }
  }

  /** Publishes what the warehouse has and the store lacks, also of an earlier run that was killed. */
  async publish(formats: readonly DumpFormat[], files: readonly FoundFile[]): Promise<void> {
    const { store, warehouse, signal, onProgress, clock } = this.#options;
    if (!store) return;
    const used = formats.filter((format) => files.some((file) => file.format === format));
    const metrics = new Map<string, Metric>();
    for (const { feeds } of used) for (const { metric } of feeds) metrics.set(tableOf(metric).name, metric);
    for (const metric of metrics.values()) {
      const published = await publish({
        metric,
        warehouse,
        store,
        signal,
        ...(onProgress ? { onProgress } : {}),
        ...(clock ? { clock } : {}),
      });
      this.#cells += published.cells;
    }
  }

  async close(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  #report(): void {
    this.#options.onProgress?.({
      phase: 'reading',
      rows: this.#rows,
      bytes: this.#bytes,
      total: this.#total,
    });
  }
}
