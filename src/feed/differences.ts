import { itemText, type ItemRow } from '../formats/item-rows.ts';
import type { Snapshot } from './snapshot.ts';

/** One thing that is told about an answer. */
export interface RowEvent {
  readonly type: 'point' | 'provisional' | 'correction';
  /** JSON: the row as REST's item. A correction has the row before in `was`; a row that is gone has `removed`. */
  readonly data: string;
  /** The row's key. */
  readonly key: string;
  /** The row as it is now; undefined if it is gone. */
  readonly row: ItemRow | undefined;
}

/** The rows that somebody knows, by key. */
export type Known = ReadonlyMap<string, ItemRow>;

/** What a snapshot is compared with. */
export interface Before extends Pick<Snapshot, 'extent'> {
  readonly rows: Known;
}

/** What is known before anything was told. */
export const NOTHING: Before = { rows: new Map(), extent: '' };

/**
 * What has to be told about the closed rows, to those who know the rows before. It follows from the two alone, so every
 * gateway tells the same in the same order.
 */
export function closedEvents({ rows: before, extent }: Before, after: Snapshot): RowEvent[] {
  const events: RowEvent[] = [];
  for (const [key, row] of after.rows) {
    if (row.isOpen) continue;
    const was = before.get(key);
    if (!was || was.isOpen) events.push({ type: 'point', data: row.item, key, row });
    else if (was.item !== row.item) {
      const isOther = row.ordinal === undefined && extent !== after.extent;
      events.push(
        isOther
          ? { type: 'point', data: row.item, key, row }
          : { type: 'correction', data: withMember(row.item, 'was', was.item), key, row },
      );
    }
  }
  for (const [key, row] of before) {
    if (row.isOpen || after.rows.has(key) || (row.ordinal ?? Infinity) < after.from) continue;
    events.push({ type: 'correction', data: withMember(row.item, 'removed', 'true'), key, row: undefined });
  }
  return events;
}

/** What has to be told about the open rows, to those who know some of them. @param isKnown whether they know a row as it is */
export function openEvents(after: Snapshot, isKnown: (row: ItemRow) => boolean): RowEvent[] {
  const events: RowEvent[] = [];
  for (const [key, row] of after.rows)
    if (row.isOpen && !isKnown(row))
      events.push({ type: 'provisional', data: itemText(row, after.open), key, row });
  return events;
}

/** The rows that are known after some events. */
export function knownAfter(before: Known, events: readonly RowEvent[]): Known {
  const known = new Map(before);
  for (const { key, row } of events) {
    if (row) known.set(key, row);
    else known.delete(key);
  }
  return known;
}

/** Adds a member to a JSON object. @param value JSON */
function withMember(object: string, name: string, value: string): string {
  return `${object.slice(0, -1)},${JSON.stringify(name)}:${value}}`;
}
