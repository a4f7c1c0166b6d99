import { type Disk, readPart } from '../../src/disk/disk.ts';
import type { LogRecord } from '../../src/log/event-log.ts';
import { hourOf } from '../../src/raw/hours.ts';
import type { Merging, RowWriter, Staged, Staging } from '../../src/raw/row-writer.ts';
import type { Stream } from '../../src/streams/stream.ts';

/** A row as the plain writer keeps it: an event, with its place in the log. */
export interface PlainRow {
  readonly id: string;
  readonly ms: number;
  readonly position: number;
}

/** Rows as lines of JSON, written through a `Disk`: what loaders are tried with on a disk that crashes. */
export class PlainRows implements RowWriter {
  readonly #disk: Disk;
  readonly #tag: string;
  #count = 0;

  /** @param tag in the names of its files: another one for each loader */
  constructor(disk: Disk, tag: string) {
    this.#disk = disk;
    this.#tag = tag;
  }

  async begin(stream: Stream, partition: number): Promise<Staging> {
    const records: LogRecord[] = [];
    return {
      add: async (more) => void records.push(...more),
      finish: (folder, live) => this.#finish({ stream, partition, records, folder, live }),
      drop: async () => undefined,
    };
  }

  async merge(_stream: Stream, from: readonly string[], to: string, { sorted }: Merging): Promise<number> {
    const rows = (await Promise.all(from.map((path) => rowsIn(this.#disk, path)))).flat();
    if (sorted) rows.sort((a, b) => a.ms - b.ms);
    await this.#write(to, rows);
    return rows.length;
  }

  gaps(): Promise<never[]> {
    return Promise.resolve([]);
  }

  async close(): Promise<void> {}

  async #finish(work: {
    readonly stream: Stream;
    readonly partition: number;
    readonly records: readonly LogRecord[];
    readonly folder: string;
    readonly live: (hour: number) => Promise<readonly string[]>;
  }): Promise<Staged> {
    const { stream, partition, records, folder, live } = work;
    const reach = Math.ceil(stream.repeatsMs / 3_600_000);
    const hours = new Map<number, { rows: PlainRow[]; duplicates: number }>();
    const rejected: { partition: number; position: number; reason: string; hour: number }[] = [];
    const own = new Set<string>();
    const near = new Map<number, Set<string>>();
    const nearOf = async (hour: number): Promise<Set<string>> => {
      const known = near.get(hour);
      if (known) return known;
      const ids = new Set<string>();
      near.set(hour, ids);
      for (let other = hour - reach; other <= hour + reach; other++) {
        for (const path of await live(other))
          for (const { id } of await rowsIn(this.#disk, path)) ids.add(id);
      }
      return ids;
    };
    let newestMs = 0;
    for (const { position, timeMs, value } of records) {
      const row = rowOf(position, value);
      if (!row) {
        rejected.push({ partition, position, reason: 'it is none', hour: hourOf(timeMs) });
        continue;
      }
      const hour = hourOf(row.ms);
      const entry = hours.get(hour) ?? { rows: [], duplicates: 0 };
      hours.set(hour, entry);
      const isKnown = own.has(row.id) || (await nearOf(hour)).has(row.id);
      own.add(row.id);
      newestMs = Math.max(newestMs, row.ms);
      if (isKnown) entry.duplicates++;
      else entry.rows.push(row);
    }
    const staged = [];
    for (const [hour, { rows, duplicates }] of hours) {
      const path = rows.length > 0 ? `${folder}/${this.#tag}-plain-${this.#count++}` : undefined;
      if (path !== undefined) await this.#write(path, rows);
      staged.push({ hour, path, rows: rows.length, duplicates });
    }
    return { hours: staged, rejected, newestMs };
  }

  async #write(path: string, rows: readonly PlainRow[]): Promise<void> {
    const file = await this.#disk.open(path, 'w');
    await file.write(Buffer.from(JSON.stringify(rows)), 0);
    await file.close();
  }
}

function rowOf(position: number, value: Uint8Array): PlainRow | undefined {
  try {
    const { meta } = JSON.parse(Buffer.from(value).toString()) as { meta: { id: string; dt: string } };
    return { id: meta.id, ms: Date.parse(meta.dt), position };
  } catch {
    return undefined;
  }
}

/** The rows of a file that the plain writer made. */
export async function rowsIn(disk: Disk, path: string): Promise<PlainRow[]> {
  const file = await disk.open(path, 'r');
  try {
    return JSON.parse((await readPart(file, 0, await file.size())).toString()) as PlainRow[];
  } finally {
    await file.close();
  }
}
