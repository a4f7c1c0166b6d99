import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Metric } from '../core/metric/metric.ts';
import type { EventStreams } from './event-stream.ts';
import type { Rows } from '../core/metric/table.ts';
import { BadRowError, UnreadableFileError } from '../load/bad-row.ts';
import { BadRowsError } from './bad-rows.ts';
import { mapColumns, type Mapped } from './file-metric.ts';
import { whyNoLicence } from './licences.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { ParquetFile } from './parquet-file.ts';
import { savedQuestion } from './saved-question.ts';
import { mapStream } from './stream-metric.ts';
import type { DatasetText } from './texts.ts';
import { DelimitedFile, type RowSource } from './source-file.ts';
import type { Written } from './validate.ts';

/** A data set that can be served once its rows are imported. */
export interface Prepared {
  readonly metric: Metric;
  readonly written: Written<DatasetText>;
  /** The values that a saved question selects of another metric. */
  readonly chosen: 'all' | ReadonlyMap<string, readonly string[]>;
  /** How its rows are loaded, unless they are another metric's. */
  readonly load?: Load;
}

export interface Load {
  readonly complete: boolean;
  /** Returns a digest of what the rows are made from, and how. @throws UnreadableFileError, EngineError */
  digest(signal: AbortSignal): Promise<string>;
  rows(signal: AbortSignal): AsyncIterable<Rows>;
}

/** The version of the rules by which rows claim coverage. A new text imports all rows again. */
const CLAIM_RULES = 'gaps are unknown';

/** Opens a table of the warehouse, or returns a message about why it can't. @throws EngineError */
export type TableOpener = (table: string) => Promise<RowSource | string>;

/** What data sets may name as their sources. */
export interface Sources {
  /** The metrics that questions may name. */
  readonly known: ReadonlyMap<string, Metric>;
  readonly openTable: TableOpener;
  readonly streams: () => Promise<EventStreams>;
}

/**
 * Checks what an owner wrote and prepares it to be served.
 * @throws MistakesError; EngineError if a table can't be read now
 */
export async function prepare(
  written: Written<DatasetText>,
  sources: Sources,
  signal: AbortSignal,
): Promise<Prepared> {
  const { value } = written;
  const named = (['question', 'file', 'table', 'stream'] as const).filter(
    (name) => value[name] !== undefined,
  );
  const licence = licenceMistakes(written);
  if (named.length !== 1) {
    const message = 'a data set has exactly one of question, file, table and stream as its source.';
    throw new MistakesError([written.mistake(named.slice(1, 2), message, 'key'), ...licence]);
  }
  try {
    const prepared = await fromSource(written, sources, signal);
    if (licence.length > 0) throw new MistakesError([]);
    return prepared;
  } catch (error) {
    throw error instanceof MistakesError ? new MistakesError([...licence, ...error.mistakes]) : error;
  }
}

/** Returns the mistakes of the licence. Only the numbers of a question have one without it. */
function licenceMistakes(written: Written<DatasetText>): Mistake[] {
  const { licence, file, table, stream } = written.value;
  if (licence === undefined)
    return file === undefined && table === undefined && stream === undefined
      ? []
      : [written.mistake([], 'licence is missing: name the one under which the numbers may be used.', 'key')];
  const why = whyNoLicence(licence);
  return why === undefined ? [] : [written.mistake(['licence'], `licence ${JSON.stringify(licence)} ${why}`)];
}

async function fromSource(
  written: Written<DatasetText>,
  { known, openTable, streams }: Sources,
  signal: AbortSignal,
): Promise<Prepared> {
  const { value } = written;
  if (value.question) return { ...savedQuestion(written, value.question, known), written };
  if (value.stream !== undefined)
    return { metric: mapStream(written, await streams()), chosen: 'all', written };
  try {
    const source = await sourceOf(written, openTable);
    const columns = await source.columns(signal);
    const mapped = mapColumns(written, columns);
    return { metric: mapped.metric, chosen: 'all', written, load: loadOf(source, mapped) };
  } catch (error) {
    throw asMistakes(error, written);
  }
}

function loadOf(source: RowSource, mapped: Mapped): Load {
  const { mapping, metric } = mapped;
  return {
    complete: mapping.complete,
    digest: async (signal) => {
      const made = JSON.stringify([CLAIM_RULES, mapping, metric.table, await source.digest(signal)]);
      return createHash('sha256').update(made).digest('hex');
    },
    rows: (signal) => source.rows(mapped, signal),
  };
}

async function sourceOf(written: Written<DatasetText>, openTable: TableOpener): Promise<RowSource> {
  const { file, table } = written.value;
  if (table !== undefined) {
    const source = await openTable(table);
    if (typeof source !== 'string') return source;
    throw new MistakesError([written.mistake(['table'], source)]);
  }
  const path = fileOf(written);
  return file?.endsWith('.parquet') ? new ParquetFile(path) : new DelimitedFile(path);
}

/** Returns the path of a data set's file. @throws MistakesError if it isn't inside the owner's folder */
export function fileOf(written: Written<DatasetText>): string {
  const { file = '' } = written.value;
  const path = join(written.folder, file);
  const inside = relative(written.folder, path);
  const refuse = (message: string): never => {
    throw new MistakesError([written.mistake(['file'], message)]);
  };
  if (
    file.includes('\0') ||
    isAbsolute(file) ||
    inside === '' ||
    inside === '..' ||
    inside.startsWith(`..${sep}`)
  )
    refuse(`${JSON.stringify(file)} should be the path of a file in the folder of this YAML file.`);
  if (!/\.((csv|tsv|txt)(\.gz|\.bz2)?|parquet)$/.test(file))
    refuse(`${file} should end in .csv, .tsv (packed: .csv.gz, .csv.bz2) or .parquet.`);
  return path;
}

/** Ends a text with one full stop. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function rowMistake({ place, field, reason }: BadRowError, file: string): Mistake {
  const subject = field === undefined ? 'the row' : `the column ${field}`;
  const where = place.unit === 'line' ? { line: place.number } : {};
  const row = place.unit === 'line' ? '' : `row ${place.number}: `;
  return { file, ...where, message: sentence(`${row}${subject} ${reason}`) };
}

/** Turns errors of a data set's rows into mistakes for its owner. Other errors are returned as they are. */
export function asMistakes(error: unknown, written: Written<DatasetText>): unknown {
  const member = written.value.file === undefined ? 'table' : 'file';
  const file = written.value.file ?? written.value.table ?? written.file;
  if (error instanceof BadRowError) return new MistakesError([rowMistake(error, file)]);
  if (error instanceof BadRowsError) {
    const more = error.more === undefined ? [] : [{ file, message: sentence(error.more) }];
    return new MistakesError([...error.rows.map((row) => rowMistake(row, file)), ...more]);
  }
  if (error instanceof UnreadableFileError) {
    const reason = error.message.replace(`${error.file}: `, '').replaceAll(written.folder + sep, '');
    return new MistakesError([written.mistake([member], sentence(`${written.value[member]} ${reason}`))]);
  }
  return error;
}
