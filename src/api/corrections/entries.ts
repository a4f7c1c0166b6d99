import { type CorrectionEntry, correctionsOf } from '../../core/question/corrections.ts';
import { ordinalAt, startOf } from '../../core/time/time.ts';
import type { Road } from '../../read/road.ts';
import { type CorrectionsAsked, cursorAfter } from './asked.ts';

export interface CorrectionsPage {
  readonly entries: readonly CorrectionEntry[];
  /** Asks for the next page; undefined on the last one. */
  readonly cursor: string | undefined;
}

/** Finds the corrections that are asked for, the newest first, and takes one page. */
export function correctionsPage({ watch }: Road, asked: CorrectionsAsked): CorrectionsPage {
  const { after } = asked;
  const found = asked.metrics
    .flatMap((metric) => correctionsOf(metric, watch.historyOf(metric), watch.stateOf(metric).version))
    .filter((entry) => isAsked(entry, asked))
    .sort(inOrder)
    .filter((entry) => !after || inOrder(entry, { at: new Date(after.at).toISOString(), id: after.id }) > 0);
  const entries = found.slice(0, asked.limit);
  const last = entries.at(-1);
  return { entries, cursor: last && found.length > entries.length ? cursorAfter(last) : undefined };
}

type Placed = Pick<CorrectionEntry, 'at' | 'id'>;

/** The newest first; those of one moment by their ids. */
function inOrder(a: Placed, b: Placed): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

function isAsked(entry: CorrectionEntry, { why, periods, made, where }: CorrectionsAsked): boolean {
  const at = Date.parse(entry.at);
  const isListed = entry.scopeCount === entry.scopes.length;
  return (
    why.includes(entry.why) &&
    made.from <= at &&
    at < made.until &&
    Date.parse(entry.from) < periods.until &&
    periods.from < endOf(entry) &&
    Object.entries(where).every(
      ([name, values]) =>
        entry.scopes.some((scope) => values.includes(scope[name] ?? '')) ||
        (!isListed && entry.scopes.some((scope) => scope[name] !== undefined)),
    )
  );
}

/** The end of the last period, in ms since 1970. */
function endOf({ granularity, to }: CorrectionEntry): number {
  return startOf(granularity, ordinalAt(granularity, Date.parse(to)) + 1);
}
