import { dirname } from 'node:path';
import { VIEW_EVENTS } from '../../core/metric/view-events.ts';
import {
  adoptHours,
  assertMovable,
  type HourFolder,
  hourPartition,
  type HourTable,
  HourTables,
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
    for (const [hour, { path }] of await reader.hours(day))
      if (path !== undefined) found.push({ ...hourPartition(hour), folder: dirname(path) });
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
  yield* adoptHours(database, table, hours);
}

/** Runs those of them that Hive needs, and drops hours that have no views any more. @throws EngineError */
export async function adoptViews(
  sessions: Sessions,
  { hours, location, database }: ViewAdoption,
  signal: AbortSignal,
): Promise<void> {
  if (hours.length === 0) return;
  await new HourTables(sessions, database).replace(viewTable(location), hours, signal);
}

function viewTable(location: string): HourTable {
  return {
    name: VIEW_EVENTS.name,
    hasParts: false,
    columns: VIEW_EVENTS.dimensions.map(({ name }) => ({ name, type: 'STRING' })),
    location: `${location}/${VIEWS}`,
  };
}
