import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import type { Metric } from '../core/metric/metric.ts';
import type { EventStreams } from './event-stream.ts';
import type { Rows } from '../core/metric/table.ts';
import { BadRowError, UnreadableFileError } from '../load/bad-row.ts';
import { type AlikeBadRows, alikeInWords, BadRowsError } from './bad-rows.ts';
import { textFormOf } from './forms/declared.ts';
import { mapColumns, type Mapped } from './file-metric.ts';
import { whyNoLicence } from './licences.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { readRecords } from './read-records.ts';
import { warningsOf } from './value-warnings.ts';
import { publicUrl } from './remote/declared-url.ts';
import type { RemoteFiles } from './remote/remote-files.ts';
import { savedQuestion } from './saved-question.ts';
import { mapStream } from './stream-metric.ts';
import { SOURCES } from './schema.ts';
import type { DatasetText } from './texts.ts';
import { sourceOf, type TableOpener } from './source-of.ts';
import type { RowSource } from './sources/row-source.ts';
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
  /** Warnings about the rows, once they were read; none before. */
  readonly warnings: readonly Mistake[];
}

/** The version of the rules by which rows claim coverage. A new text imports all rows again. */
const CLAIM_RULES = 'gaps are unknown';

/** What data sets may name as their sources. */
export interface Sources {
  /** The metrics that questions may name. */
  readonly known: ReadonlyMap<string, Metric>;
  readonly openTable: TableOpener;
  readonly remote: RemoteFiles;
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
  const named = SOURCES.filter((name) => value[name] !== undefined);
  const licence = licenceMistakes(written);
  if (named.length !== 1) {
    const message = 'a data set has exactly one of question, file, url, table and stream as its source.';
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
  const { licence, question } = written.value;
  if (licence === undefined)
    return question !== undefined || SOURCES.every((name) => written.value[name] === undefined)
      ? []
      : [written.mistake([], 'licence is missing: name the one under which the numbers may be used.', 'key')];
  const why = whyNoLicence(licence);
  return why === undefined ? [] : [written.mistake(['licence'], `licence ${JSON.stringify(licence)} ${why}`)];
}

async function fromSource(
  written: Written<DatasetText>,
  { known, openTable, remote, streams }: Sources,
  signal: AbortSignal,
): Promise<Prepared> {
  const { value } = written;
  if (value.question) return { ...savedQuestion(written, value.question, known), written };
  if (value.stream !== undefined)
    return { metric: mapStream(written, await streams()), chosen: 'all', written };
  try {
    const { source, caveat } = await sourceOf(written, { openTable, remote }, signal);
    const columns = await source.columns(signal);
    const mapped = mapColumns(written, columns);
    const caveats = [...(mapped.metric.caveats ?? []), ...(caveat === undefined ? [] : [caveat])];
    const metric = caveats.length > 0 ? { ...mapped.metric, caveats } : mapped.metric;
    return { metric, chosen: 'all', written, load: loadOf(source, mapped, written) };
  } catch (error) {
    throw asMistakes(error, written);
  }
}

function loadOf(source: RowSource, mapped: Mapped, { value }: Written<DatasetText>): Load {
  const { mapping, metric } = mapped;
  const form = textFormOf(value);
  const file = labelOf(value);
  let warnings: readonly Mistake[] = [];
  return {
    complete: mapping.complete,
    digest: async (signal) => {
      const how = Object.keys(form).length > 0 ? [form] : [];
      const made = JSON.stringify([CLAIM_RULES, mapping, metric.table, await source.digest(signal), ...how]);
      return createHash('sha256').update(made).digest('hex');
    },
    rows: (signal) => readRecords(source, mapped, (found) => (warnings = warningsOf(found, file)), signal),
    get warnings() {
      return warnings;
    },
  };
}

/** Returns the name of a data set's source in messages. */
function labelOf({ file, url, table }: DatasetText): string {
  return file ?? (url === undefined ? (table ?? '') : publicUrl(url));
}

/** Ends a text with one full stop. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function rowsMistake(alike: AlikeBadRows, file: string): Mistake {
  const { place } = alike.first;
  const where = place.unit === 'line' ? { line: place.number } : {};
  const row = place.unit === 'line' ? '' : `row ${place.number}: `;
  return { file, ...where, message: sentence(`${row}${alikeInWords(alike)}`) };
}

/** Turns errors of a data set's rows into mistakes for its owner. Other errors are returned as they are. */
export function asMistakes(error: unknown, written: Written<DatasetText>): unknown {
  const member =
    (['file', 'url', 'table'] as const).find((name) => written.value[name] !== undefined) ?? 'file';
  const file = labelOf(written.value);
  if (error instanceof BadRowError) {
    const alone = { first: error, count: 1, others: [], columns: [], advice: undefined };
    return new MistakesError([rowsMistake(alone, file)]);
  }
  if (error instanceof BadRowsError) {
    const { kinds, more } = error;
    const others = { file, message: `and ${more} ${more === 1 ? 'row' : 'rows'} with other mistakes.` };
    return new MistakesError([
      ...kinds.map((alike) => rowsMistake(alike, file)),
      ...(more > 0 ? [others] : []),
    ]);
  }
  if (error instanceof UnreadableFileError) {
    const reason = error.message.replace(`${error.file}: `, '').replaceAll(written.folder + sep, '');
    return new MistakesError([written.mistake([member], sentence(`${file} ${reason}`))]);
  }
  return error;
}
