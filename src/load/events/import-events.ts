import { EDIT_EVENTS, EVENTS_GRAIN } from '../../core/edit-events.ts';
import { EMPTY_STATE } from '../../core/table-state.ts';
import type { Rows } from '../../core/table.ts';
import { ordinalAt, type Ordinal, startOf } from '../../core/time.ts';
import type { Cover, Removal } from '../../warehouses/warehouse.ts';
import type { ImportReport } from '../import.ts';
import { withLease, type Writer } from '../lease.ts';
import type { OnProgress } from '../progress.ts';
import { type Format, type Kind, type Reading, readRows } from '../read-files.ts';
import { heldSpan, type DateRange, SelectionError } from '../selection.ts';
import { sizeOf } from '../source.ts';
import { EventItems } from './event-items.ts';
import { HISTORY_LINES, isHistoryDump } from './history-lines.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { isXmlDump, xmlEvents } from './xml-dump.ts';

export interface ImportEventsOptions extends Writer {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  readonly pseudonyms: Pseudonyms;
  /** How many bad rows may be left out; 0 by default. */
  readonly skipBad?: number;
  /** The files hold all that happened in the projects, from the month of the first event on. */
  readonly complete?: boolean;
  /** The events of these dates, of all projects, are removed first. */
  readonly replace?: DateRange;
  readonly onProgress?: OnProgress;
}

/**
 * Imports events: all of them become visible at once, or nothing does. An event that is there
 * already is replaced: a later dump knows of later renames and deletions.
 * @throws BadRowError, UnreadableFileError, SelectionError, LeaseHeldError, EngineError
 */
export async function importEvents(options: ImportEventsOptions): Promise<ImportReport> {
  const { files, warehouse, signal, onProgress, skipBad = 0 } = options;
  const total = await sizeOf(files);
  const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
  const seen = new Seen();
  const kind: Kind = {
    name: EDIT_EVENTS.name,
    table: EDIT_EVENTS,
    items: new EventItems(options.pseudonyms),
    formatOf: (head) => formatOf(head, seen),
  };

  async function* rows(): AsyncGenerator<Rows> {
    onProgress?.({ phase: 'reading', rows: 0, bytes: 0, total });
    for await (const batch of readRows(kind, { files, skipBad, reading, signal })) {
      seen.add(batch);
      onProgress?.({ phase: 'reading', rows: reading.rows, bytes: reading.bytes, total });
      yield batch;
    }
    if (options.replace && reading.rows === 0)
      throw new SelectionError('there are no events to replace with');
  }

  return withLease({ ...options, store: undefined }, async () => {
    const started = performance.now();
    const state = (await warehouse.states(signal)).tables.get(EDIT_EVENTS.name) ?? EMPTY_STATE;
    const held = heldSpan(state, EVENTS_GRAIN);
    const remove = options.replace && held ? [removalOf(options.replace)] : [];
    const covers = () => seen.covers(options.complete ?? false);
    const { changed } = await warehouse.write({ table: EDIT_EVENTS, remove, rows: rows(), covers }, signal);
    const seconds = (performance.now() - started) / 1000;
    const { rows: count, skipped } = reading;
    return { rows: count, skipped, changed, published: undefined, seconds, rowsPerSecond: count / seconds };
  });
}

function formatOf(head: string, seen: Seen): Format | undefined {
  if (isXmlDump(head)) return { items: xmlEvents };
  if (!isHistoryDump(head)) return undefined;
  seen.wholeMonths = true;
  return { lines: () => HISTORY_LINES };
}

function removalOf({ from, until }: DateRange): Removal {
  const first = ordinalAt(EVENTS_GRAIN, from);
  return { grain: EVENTS_GRAIN, first, last: ordinalAt(EVENTS_GRAIN, until) - 1, where: [] };
}

/** From when to when there are events of each project. */
class Seen {
  /** Whether the files hold whole months, as Wikimedia's dumps of histories do. */
  wholeMonths = false;
  readonly #projects = new Map<string, { last: Ordinal; readonly months: Set<Ordinal> }>();

  add(rows: Rows): void {
    const projects = rows.dimensions[0] ?? [];
    for (let i = 0; i < rows.length; i++) {
      const hour = rows.ordinals[i] as Ordinal;
      if (i > 0 && hour === rows.ordinals[i - 1] && projects[i] === projects[i - 1]) continue;
      const project = projects[i] as string;
      let seen = this.#projects.get(project);
      if (!seen) this.#projects.set(project, (seen = { last: hour, months: new Set() }));
      seen.last = Math.max(seen.last, hour);
      seen.months.add(ordinalAt('monthly', startOf(EVENTS_GRAIN, hour)));
    }
  }

  /** All from the month of a project's first event on; or, where that isn't said, something of each month that has events. */
  covers(complete: boolean): Cover[] {
    const covers: Cover[] = [];
    for (const [scope, { last, months }] of this.#projects) {
      const sorted = [...months].sort((a, b) => a - b);
      const firsts = complete ? sorted.slice(0, 1) : sorted;
      for (const month of firsts) {
        const end = complete ? (sorted.at(-1) as Ordinal) : month;
        const hours = { first: monthStart(month), last: monthStart(end + 1) - 1 };
        if (!this.wholeMonths && hours.last > last) hours.last = last;
        covers.push({ grain: EVENTS_GRAIN, scope, ...hours, complete });
      }
    }
    return covers;
  }
}

/** The first hour of a month. */
function monthStart(month: Ordinal): Ordinal {
  return ordinalAt(EVENTS_GRAIN, startOf('monthly', month));
}
