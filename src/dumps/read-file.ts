import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { whyUnreadable } from '../files/file-error.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import { contentOf, fileLabel, PACKING_BYTES, packingOf, STDIN } from '../load/source.ts';
import { allowMemory, execute, queryAll } from '../warehouses/lake/engine.ts';
import { Bindings, literal } from '../warehouses/lake/sql.ts';
import type { DumpFormat, Named, Told } from './format.ts';
import { codesOf, faultsIn, type Lines, rowsIn } from './lines.ts';
import type { Malformed, Shelved } from './shelf.ts';

/** More codes of wikis than this are those of no dump. */
const MOST_CODES = 100_000;
const REJECTS = 'not_utf8';
const WIKIS = 'wikis';
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, WRITE_BLOOM_FILTER false)';

/** Too many lines of a file are malformed. */
export class BadLinesError extends Error {
  override readonly name = 'BadLinesError';
}

/** Returns the SHA-256 of a file's bytes. @throws UnreadableFileError */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new UnreadableFileError(fileLabel(file), `can't be read: ${whyUnreadable(cause)}`, { cause });
  }
  return hash.digest('hex');
}

/**
 * Returns the path of a file's content, unpacked: the file's own, or a new one in a folder. DuckDB takes a gzip file
 * that was cut for a shorter one, so it never reads packed files itself.
 * @throws UnreadableFileError for a packed file that ends too early
 */
export async function plainFile(
  file: string,
  folder: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  if (file !== STDIN && (await isPlain(file))) return file;
  const path = join(folder, 'lines');
  await pipeline(Readable.from(contentOf(file, signal, onBytes)), createWriteStream(path), { signal });
  return path;
}

async function isPlain(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new UnreadableFileError(file, `can't be read: ${whyUnreadable(cause)}`, { cause });
  });
  try {
    const head = Buffer.alloc(PACKING_BYTES);
    const { bytesRead } = await handle.read(head, 0, PACKING_BYTES, 0);
    return packingOf(head.subarray(0, bytesRead)) === undefined;
  } finally {
    await handle.close();
  }
}

/** Sets up an engine that reads files and does nothing else. */
export async function forReading(connection: DuckDBConnection): Promise<void> {
  await allowMemory(connection, true);
  // Nobody needs the order of lines. Keeping it, threads wait for each other without sleeping.
  await execute(connection, 'SET preserve_insertion_order = false');
  // DuckDB 1.5 takes a large file of text for smaller than a table of 800 wikis. It then holds all lines to join them,
  // in several times the time.
  await execute(connection, "SET disabled_optimizers = 'build_side_probe_side'");
}

/** A file to read. */
export interface Reading {
  readonly file: string;
  readonly sha256: string;
  readonly format: DumpFormat;
  readonly named: Named;
  readonly told: Told;
  /** The share of its lines that may be malformed. */
  readonly badShare: number;
}

/**
 * Writes the rows of a file's lines to a Parquet file.
 * @param path the file's content, unpacked
 * @param to the new file
 * @throws BadLinesError if too many lines are malformed: nothing is written
 */
export async function readRows(
  connection: DuckDBConnection,
  reading: Reading,
  path: string,
  to: string,
): Promise<Shelved> {
  const { file, sha256, format, named, told, badShare } = reading;
  const lines: Lines = { path, format, wikis: WIKIS };
  if (format.wikiOf) await keepWikis(connection, lines);
  const { good, malformed } = await faults(connection, lines);
  const bad = malformed.reduce((sum, one) => sum + one.lines, 0);
  const label = file === STDIN ? fileLabel(file) : basename(file);
  if (bad > (good + bad) * badShare)
    throw new BadLinesError(
      `${label}: ${bad} of ${good + bad} lines are malformed, more than ${badShare * 100} %: ${malformedInWords(malformed)}. Look at the file; --bad-share takes more.`,
    );
  await rm(to, { force: true });
  await execute(
    connection,
    `COPY (${rowsIn(lines, format.columns(named, told))}) TO ${literal(to)} ${PARQUET}`,
  );
  const has = format.table.dimensions.some(({ name }) => name === 'project');
  const projects = has
    ? await queryAll(connection, `SELECT DISTINCT project FROM read_parquet(${literal(to)}) ORDER BY project`)
    : [];
  return {
    slot: named.slot,
    file: label,
    sha256,
    lines: good + bad,
    rows: good,
    malformed,
    projects: projects.map(([project]) => String(project)),
    parquet: `${named.slot}.${sha256.slice(0, 12)}.parquet`,
  };
}

/** Says which faults lines have, with an example of each. */
export function malformedInWords(malformed: readonly Malformed[]): string {
  return malformed
    .map(({ reason, lines, example }) => `${reason} (${lines}, such as ${JSON.stringify(example)})`)
    .join('; ');
}

/** Makes the table of the wikis that a file's codes stand for. */
async function keepWikis(connection: DuckDBConnection, { path, format }: Lines): Promise<void> {
  const codes = await queryAll(connection, codesOf({ path, format }, MOST_CODES));
  const known = codes.flatMap(([code]) => {
    const wiki = format.wikiOf?.(String(code));
    return wiki ? [{ code: String(code), ...wiki }] : [];
  });
  const bindings = new Bindings();
  const columns = (['code', 'project', 'access'] as const).map(
    (name) => `unnest(${bindings.texts(known.map((wiki) => wiki[name]))}) AS ${name}`,
  );
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE ${WIKIS} AS SELECT ${columns.join(', ')}`,
    bindings,
  );
}

async function faults(
  connection: DuckDBConnection,
  lines: Lines,
): Promise<{ good: number; malformed: Malformed[] }> {
  for (const table of [REJECTS, `${REJECTS}_scan`])
    await execute(connection, `DROP TABLE IF EXISTS ${table}`);
  const found = await queryAll(connection, faultsIn(lines, REJECTS));
  const malformed: Malformed[] = [];
  let good = 0;
  for (const [reason, count, example] of found) {
    if (reason === null) good += Number(count);
    else if (reason !== '')
      malformed.push({ reason: String(reason), lines: Number(count), example: String(example) });
  }
  const [[count = 0, example = ''] = []] = await queryAll(
    connection,
    `SELECT count(DISTINCT line), any_value(csv_line) FROM ${REJECTS}`,
  );
  if (Number(count) > 0)
    malformed.push({ reason: 'the line is no UTF-8', lines: Number(count), example: String(example) });
  malformed.sort((a, b) => b.lines - a.lines || (a.reason < b.reason ? -1 : 1));
  return { good, malformed };
}
