const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
/** How often a file is fetched if its owner doesn't say it. */
const DEFAULT_MS = UNITS_MS.day;

/** An interval such as `6 hours`, `day` or `2 weeks`, as a pattern. */
export const INTERVAL = '^(?:[1-9]\\d{0,2} )?(?:minute|hour|day|week)s?$';

/** The kinds of files that `type` names. */
export const TYPES = ['csv', 'tsv', 'ndjson', 'xlsx', 'parquet'] as const;

/** Returns how often a file is fetched, in ms. @param every an interval, checked by the schema */
export function intervalOf(every: string | undefined): number {
  const [, count = '1', unit = 'day'] = /^(?:(\d+) )?(minute|hour|day|week)s?$/.exec(every ?? '') ?? [];
  return every === undefined ? DEFAULT_MS : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** Returns the end of the name of a URL's file, such as `.csv.gz`; undefined if neither its path nor its owner tells. */
export function endingOf({
  url = '',
  type,
}: {
  readonly url?: string;
  readonly type?: string;
}): string | undefined {
  if (type !== undefined) return `.${type}`;
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return /\.(?:csv|tsv|txt|ndjson|jsonl|xlsx|parquet)(?:\.gz|\.bz2|\.zst)?$/i.exec(path)?.[0].toLowerCase();
}

/** Returns a URL without what may be secret: name, password and query. */
export function publicUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
