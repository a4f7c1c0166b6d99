import type { Column, Table } from './table.ts';

/** The streams whose events can be page views. */
export const VIEW_STREAMS = ['pageview', 'webrequest'] as const;

/**
 * The text columns, in order. An absent value is an empty text. None of them is personal: addresses and user
 * agents stay in the raw tables.
 */
export const VIEW_TEXTS = [
  'project',
  'article',
  'namespace',
  /** As the values of the dimension `access`: `desktop`, `mobile-app`, `mobile-web`. */
  'access',
  /** As the values of the dimension `agent`: `user`, `spider`, `automated`. */
  'agent',
  /** The rule that decided the agent; empty for `user`. */
  'agent_rule',
  /** ISO 3166-1, two capital letters; `--` if unknown. */
  'country',
  'referer_class',
  /** The name of a search engine or another known site. */
  'referer_name',
  'referer_host',
  /** The article of the same project that the view came from. */
  'previous',
  'browser_family',
  'browser_major',
  'os_family',
  'os_major',
  'device_family',
  /** The day of the last view that the cookie names, as YYYYMMDD. */
  'last_access',
  /** Whether the request had no cookie at all: `true`, `false`, or empty if nobody can tell. */
  'no_cookies',
  /** An HMAC with the key of the day, which is deleted with that day's raw rows. */
  'actor',
  /** What reported the view: `script`, the name of a tracker, `webrequest`. */
  'source',
  'event_id',
  /** The instant in UTC: `2026-11-29T11:20:30.123Z`. */
  'dt',
  /** The start of the hour, as YYYYMMDDHH. */
  'timestamp',
] as const;

/**
 * The table of page views, one row for each view. The metrics about views and devices are made from it
 * (docs/analysts.md); it is not a metric itself. Its files are made hour by hour (`refine/`).
 */
export const VIEW_EVENTS: Table = {
  name: 'view_events',
  dimensions: VIEW_TEXTS.map((name): Column => ({ name, type: 'text' })),
  entry: [],
  measures: [],
  ranking: undefined,
  streams: VIEW_STREAMS,
};
