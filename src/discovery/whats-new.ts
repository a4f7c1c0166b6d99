import { atomOf, type AtomEntry } from '../api/http/atom.ts';
import { isoTime } from '../core/question/as-of.ts';
import type { Described } from './described.ts';

/** How many metrics the feed names: readers look at the newest ones. */
const MAX_ENTRIES = 100;

/**
 * Renders what is new as an Atom feed: each metric whose data changed, the newest first. New numbers are a new entry;
 * numbers that only changed update the entry of their last day. `/corrections.atom` tells what changed in them.
 */
export function whatsNew(all: readonly Described[], base: string): Buffer {
  const entries = all
    .flatMap((one) => (one.changedAt === undefined || !one.days ? [] : [{ at: one.changedAt, one }]))
    .toSorted((a, b) => b.at - a.at)
    .slice(0, MAX_ENTRIES)
    .map(({ at, one }) => entryOf(one, at));
  return atomOf({ title: 'What is new in Kraken', self: `${base}/catalogue.atom`, entries });
}

function entryOf({ entry, page, days }: Described, at: number): AtomEntry {
  const { from, to } = days as NonNullable<typeof days>;
  const grains = Object.keys(entry.coverage).join(' and ');
  return {
    id: `${page}#to-${to}`,
    title: `${entry.title}: loaded to ${to}`,
    updated: isoTime(at),
    link: page,
    categories: [{ term: entry.name }],
    summary: `${entry.doc} Loaded from ${from} to ${to}, ${grains}.`,
  };
}
