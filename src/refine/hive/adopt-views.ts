import { dirname } from 'node:path';
import { VIEW_EVENTS } from '../../core/metric/view-events.ts';
import { HOUR_MS } from '../../core/time/time.ts';
import { createDatabase } from '../../warehouses/hive/ddl.ts';
import {
  addHours,
  assertMovable,
  createHourTable,
  type HourFolder,
  type HourTable,
  HourTables,
  moveHours,
} from '../../warehouses/hive/hour-tables.ts';
import type { Sessions } from '../../warehouses/hive/sessions.ts';
import { type ViewReader, VIEWS } from '../view-reader.ts';

export interface ViewAdoption {
  /** The folders of the hours that have views. */
  readonly hours: readonly HourFolder[];
  /** The lake's folder as Hive sees it, without a final slash. */
  readonly location: string;
  readonly database: string;
}

/** Finds where the hours of the table of views lie. @throws EngineError */
export async function viewHours(reader: ViewReader): Promise<HourFolder[]> {
  const found: HourFolder[] = [];
  for (const day of (await reader.manifest()).days.values())
    for (const [hour, { path }] of await reader.hours(day)) {
      if (path === undefined) continue;
      const date = new Date(hour * HOUR_MS);
      found.push({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        folder: dirname(path),
      });
    }
  return found;
}

/**
 * Yields the statements that let a Hive read the table of views. Each may be run again, and has to be when hours were
 * refined.
 * @throws EngineError where Hive can't have the table
 */
export function* adoptViewStatements({ hours, location, database }: ViewAdoption): Generator<string> {
  if (hours.length === 0) return;
  const table = viewTable(location);
  assertMovable(table.location);
  yield createDatabase(database);
  yield createHourTable(database, table);
  yield* addHours(database, table, hours);
  // For those that were there, with the folder that an hour had then.
  yield* moveHours(database, table, hours);
}

/** Runs those of them that Hive needs, and drops hours that have no views any more. @throws EngineError */
export async function adoptViews(
  sessions: Sessions,
  { hours, location, database }: ViewAdoption,
  signal: AbortSignal,
): Promise<void> {
  if (hours.length === 0) return;
  const hive = new HourTables(sessions, database);
  const table = viewTable(location);
  await hive.show(table, hours, signal);
  await hive.hideOthers(table, hours, signal);
}

function viewTable(location: string): HourTable {
  return {
    name: VIEW_EVENTS.name,
    hasParts: false,
    columns: VIEW_EVENTS.dimensions.map(({ name }) => ({ name, type: 'STRING' })),
    location: `${location}/${VIEWS}`,
  };
}
