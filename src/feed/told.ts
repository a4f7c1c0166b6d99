import type { ItemRow } from '../formats/item-rows.ts';
import type { FeedEvent } from './chunk.ts';
import { closedEvents, openEvents, type Before } from './differences.ts';
import { idOf, openDigests, type Seen, type Step } from './event-id.ts';
import type { Snapshot } from './snapshot.ts';

/** What somebody knows who is told about a snapshot. */
export interface Knowing {
  /** The closed rows that they know, as ids say it. */
  readonly steps: readonly Step[];
  readonly before: Before;
  /** The keys of the open rows of the snapshot that they know as they are. */
  readonly openKeys: ReadonlySet<string>;
  /** The open rows that they know, as ids say it: still so if the snapshot has none. */
  readonly open: ReadonlySet<string>;
}

/** The events that take somebody to a snapshot, with the ids of the way. @param digest of the question */
export function eventsTo(
  after: Snapshot,
  { steps, before, openKeys, open: known }: Knowing,
  digest: string,
): FeedEvent[] {
  const closed = closedEvents(before, after);
  const open = openEvents(after, ({ key }) => openKeys.has(key));
  const rows = openRowsOf(after);
  const { version, at } = after;
  const told = rows.filter(({ key }) => openKeys.has(key));
  const digests = after.open ? openDigests(told, told.length === rows.length) : known;
  const id = (seen: Seen): string => idOf(digest, seen);
  return [
    ...closed.map(({ type, data }, i): FeedEvent => {
      const count = i + 1;
      const way = count === closed.length ? [{ version, at }] : [...steps, { version, at, count }];
      return { type, data, id: id({ steps: way, open: digests }) };
    }),
    ...open.map(({ type, data, row }): FeedEvent => {
      if (row) told.push(row);
      const seen = openDigests(told, told.length === rows.length);
      return { type, data, id: id({ steps: [{ version, at }], open: seen }) };
    }),
  ];
}

/** The id of those who have seen all of a snapshot. */
export function idAt(snapshot: Snapshot, digest: string): string {
  const { version, at } = snapshot;
  const rows = openRowsOf(snapshot);
  return idOf(digest, { steps: [{ version, at }], open: openDigests(rows, true) });
}

/** The rows of a snapshot that are open. */
export function openRowsOf({ rows, open }: Snapshot): ItemRow[] {
  return open ? [...rows.values()].filter(({ isOpen }) => isOpen) : [];
}
