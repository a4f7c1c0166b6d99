import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Metric } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import { BadRowError, UnreadableFileError } from '../load/bad-row.ts';
import { BadRowsError } from './bad-rows.ts';
import { mapColumns, type Mapped } from './file-metric.ts';
import { whyNoLicence } from './licences.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { ParquetFile } from './parquet-file.ts';
import { savedQuestion } from './saved-question.ts';
import type { DatasetText } from './texts.ts';
import { DelimitedFile, type RowSource } from './source-file.ts';
import type { Written } from './validate.ts';

/** A data set that is ready to be served, once its rows are imported. */
export interface Prepared {
  readonly metric: Metric;
  readonly written: Written<DatasetText>;
  /** The values that it is about, where it is another metric's. */
  readonly chosen: 'all' | ReadonlyMap<string, readonly string[]>;
  /** Its rows, where they aren't another metric's. */
  readonly load?: Load;
}

export interface Load {
  readonly complete: boolean;
  /** What the rows are made of, and how. @throws UnreadableFileError, EngineError */
  how(signal: AbortSignal): Promise<string>;
  rows(signal: AbortSignal): AsyncIterable<Rows>;
}

/** Is another one where other coverage is claimed of the same rows: then they are imported anew. */
const CLAIMS = 'gaps are unknown';

/** Opens a table of the warehouse, or says why there is none. @throws EngineError */
export type TableOpener = (table: string) => Promise<RowSource | string>;

/**
 * @param known the metrics that questions may name
 * @throws MistakesError; EngineError where a table can't be looked at now
 */
export async function prepare(
  written: Written<DatasetText>,
  known: ReadonlyMap<string, Metric>,
  openTable: TableOpener,
  signal: AbortSignal,
): Promise<Prepared> {
  const { value } = written;
  const sources = (['question', 'file', 'table'] as const).filter((name) => value[name] !== undefined);
  const licence = licenceMistakes(written);
  if (sources.length !== 1) {
    const message = 'a data set has one of question, file and table: where its numbers come from.';
    throw new MistakesError([written.mistake(sources.slice(1, 2), message, 'key'), ...licence]);
  }
  try {
    const prepared = await fromSource(written, known, openTable, signal);
    if (licence.length > 0) throw new MistakesError([]);
    return prepared;
  } catch (error) {
    throw error instanceof MistakesError ? new MistakesError([...licence, ...error.mistakes]) : error;
  }
}

/** What is wrong with the licence: of what the data is read from, nobody else says one. */
function licenceMistakes(written: Written<DatasetText>): Mistake[] {
  const { licence, file, table } = written.value;
  if (licence === undefined)
    return file === undefined && table === undefined
      ? []
      : [written.mistake([], 'licence is missing: say under which the numbers may be used.', 'key')];
  const why = whyNoLicence(licence);
  return why === undefined ? [] : [written.mistake(['licence'], `licence ${JSON.stringify(licence)} ${why}`)];
}

async function fromSource(
  written: Written<DatasetText>,
  known: ReadonlyMap<string, Metric>,
  openTable: TableOpener,
  signal: AbortSignal,
): Promise<Prepared> {
  const { value } = written;
  if (value.question) return { ...savedQuestion(written, value.question, known), written };
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
    how: async (signal) => {
      const made = JSON.stringify([CLAIMS, mapping, metric.table, await source.digest(signal)]);
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

/** The path of a data set's file. @throws MistakesError where it is none of its folder's */
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
    refuse(`${JSON.stringify(file)} should be the path of a file in the folder of this one.`);
  if (!/\.((csv|tsv|txt)(\.gz|\.bz2)?|parquet)$/.test(file))
    refuse(`${file} should end in .csv, .tsv (packed: .csv.gz, .csv.bz2) or .parquet.`);
  return path;
}

/** A text with its full stop, whether it came with one or not. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function rowMistake({ place, field, reason }: BadRowError, file: string): Mistake {
  const subject = field === undefined ? 'the row' : `the column ${field}`;
  const where = place.unit === 'line' ? { line: place.number } : {};
  const row = place.unit === 'line' ? '' : `row ${place.number}: `;
  return { file, ...where, message: sentence(`${row}${subject} ${reason}`) };
}

/** What went wrong with a data set's rows, for its owner; what isn't theirs comes back as it is. */
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
