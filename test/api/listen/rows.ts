import type { Gateway } from '../../support/gateway.ts';
import type { Event } from './events.ts';

/** The metric of the tests. */
export const METRIC = 'pageviews-per-article';

/** The path of an article's days. */
export function pathOf(article: string, range = '20240101/20240131'): string {
  return `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${encodeURIComponent(article)}/daily/${range}`;
}

/** A row of January 2024. */
export function day(article: string, date: number, views: number): Record<string, unknown> {
  return {
    project: 'en.wikipedia',
    article,
    granularity: 'daily',
    timestamp: `202401${String(date).padStart(2, '0')}00`,
    access: 'all-access',
    agent: 'user',
    views,
  };
}

/**
 * What somebody knows who has got some events, one row for each timestamp, in the order of time.
 * @throws Error for an event that tells what was known, or corrects what wasn't
 */
export function known(events: readonly Event[]): object[] {
  const rows = new Map<unknown, object>();
  for (const { event, data } of events) {
    const { was, removed, ...row } = data;
    const before = rows.get(row.timestamp);
    if (event === 'reset') rows.clear();
    else if (event === 'point') {
      if (before) throw new Error(`told twice: ${JSON.stringify(row)}`);
      rows.set(row.timestamp, row);
    } else if (event === 'correction') {
      const expected = JSON.stringify(removed === true ? row : was);
      if (JSON.stringify(before) !== expected)
        throw new Error(`corrects ${expected}, but known is ${JSON.stringify(before)}`);
      if (removed === true) rows.delete(row.timestamp);
      else rows.set(row.timestamp, row);
    }
  }
  return [...rows].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, row]) => row);
}

/** The items that REST answers with. */
export async function itemsOf(gateway: Gateway, path: string): Promise<object[]> {
  return ((await gateway.get(path)).body as { items: object[] }).items;
}
