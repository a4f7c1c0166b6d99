import { EDIT_EVENTS, ENTITIES, EVENTS_GRAIN } from '../../core/metric/edit-events.ts';
import { EMPTY_STATE } from '../../core/time/table-state.ts';
import type { Rows } from '../../core/metric/table.ts';
import { ordinalAt } from '../../core/time/time.ts';
import type { Removal, Repeats } from '../../warehouses/warehouse.ts';
import { UnreadableFileError } from '../bad-row.ts';
import type { ImportReport } from '../import.ts';
import { withLease, type Writer } from '../lease.ts';
import type { OnProgress } from '../progress.ts';
import type { Format, Kind } from '../kind.ts';
import { type Reading, readRows } from '../read-files.ts';
import { heldSpan, type DateRange, SelectionError } from '../selection.ts';
import { fileLabel, sizeOf } from '../source.ts';
import { bucketOf } from './bucket.ts';
import { EventClaims, type Whole } from './event-claims.ts';
import { EventItems } from './event-items.ts';
import { historyLines, isHistoryDump } from './history-lines.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { WikiProjects } from './wiki-project.ts';
import { isXmlDump, xmlEvents } from './xml-dump.ts';

export interface ImportEventsOptions extends Writer {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  readonly pseudonyms: Pseudonyms;
  /** How many bad rows may be left out; 0 by default. */
  readonly skipBad?: number;
  /** The files hold everything that happened: each in the dates of its name, or from the month of its first revision on. */
  readonly complete?: boolean;
  /** The files hold everything that happened in their projects in these dates. */
  readonly covers?: DateRange;
  /** The project, if all files come from one wiki. Without it, each file names its wiki. */
  readonly project?: string;
  /** The stored events of these dates, of all projects, are removed first. */
  readonly replace?: DateRange;
  readonly onProgress?: OnProgress;
}

export interface EventsReport extends ImportReport {
  /** The number of revisions for which it is unknown what they added. */
  readonly unknownDifferences: number;
  /** The hours for which the files hold everything. */
  readonly complete: readonly Whole[];
}

/**
 * Imports events: all of them become visible at once, or none do. An event replaces an earlier one with the
 * same id, because a later dump has later renames and deletions.
 * @throws BadRowError, UnreadableFileError, SelectionError, LeaseHeldError, EngineError
 */
export async function importEvents(options: ImportEventsOptions): Promise<EventsReport> {
  const { files, warehouse, signal, onProgress, skipBad = 0 } = options;
  const total = await sizeOf(files);
  const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
  const wikis = new WikiProjects(options.project);
  const claims = new EventClaims(options.complete ?? false, options.covers);
  let unknown = 0;
  let repeated = 0;
  const kind: Kind = {
    name: EDIT_EVENTS.name,
    table: EDIT_EVENTS,
    items: new EventItems(options.pseudonyms),
    formatOf: (head, file) => formatOf(head, file, { claims, wikis, pseudonyms: options.pseudonyms }),
  };

  async function* rows(): AsyncGenerator<Rows> {
    onProgress?.({ phase: 'reading', rows: 0, bytes: 0, total });
    for await (const batch of readRows(kind, { files, skipBad, reading, signal })) {
      claims.add(batch);
      for (const bytes of batch.measures[0] ?? []) if (Number.isNaN(bytes)) unknown++;
      onProgress?.({ phase: 'reading', rows: reading.rows, bytes: reading.bytes, total });
      yield batch;
    }
    if (options.replace && reading.rows === 0)
      throw new SelectionError('there are no events to replace the stored ones with');
  }

  return withLease({ ...options, store: undefined }, async () => {
    const started = performance.now();
    const state = (await warehouse.states(signal)).tables.get(EDIT_EVENTS.name) ?? EMPTY_STATE;
    const held = heldSpan(state, EVENTS_GRAIN);
    const remove = options.replace && held ? [removalOf(options.replace)] : [];
    const covers = () => claims.covers();
    const onRepeats = (repeats: Repeats): void => {
      repeated = repeats.rows;
    };
    const change = { table: EDIT_EVENTS, remove, rows: rows(), covers, onRepeats };
    const { changed } = await warehouse.write(change, signal);
    const seconds = (performance.now() - started) / 1000;
    const { rows: count, skipped } = reading;
    const speed = { seconds, rowsPerSecond: count / seconds };
    return {
      rows: count,
      repeated,
      skipped,
      changed,
      published: undefined,
      ...speed,
      unknownDifferences: unknown,
      complete: claims.whole,
    };
  });
}

/** Recognises a file's format, and notes what the file holds. */
function formatOf(
  head: string,
  file: string,
  { claims, wikis, pseudonyms }: { claims: EventClaims; wikis: WikiProjects; pseudonyms: Pseudonyms },
): Format | undefined {
  if (isXmlDump(head)) {
    // Dumps of pages have no accounts.
    claims.begin({ file: fileLabel(file), entities: ['revision', 'page'] });
    const onCurrentOnly = (): void => claims.markPartial();
    const context = { pseudonyms, wikis, onCurrentOnly };
    return { rows: (content, name, sink) => xmlEvents(content, name, sink, context) };
  }
  if (isHistoryDump(head)) {
    claims.begin({
      file: fileLabel(file),
      entities: ENTITIES,
      bucket: bucketOf(file, wikis),
      wholeMonths: true,
    });
    return { lines: () => historyLines(wikis) };
  }
  if (wikis.isGiven)
    throw new UnreadableFileError(fileLabel(file), 'has a column with projects: leave out --project');
  claims.begin({ file: fileLabel(file) });
  return undefined;
}

function removalOf({ from, until }: DateRange): Removal {
  const first = ordinalAt(EVENTS_GRAIN, from);
  return { grain: EVENTS_GRAIN, first, last: ordinalAt(EVENTS_GRAIN, until) - 1, where: [] };
}
