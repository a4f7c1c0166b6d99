import type { DuckDBConnection } from '@duckdb/node-api';
import { HOUR_MS, type Ordinal } from '../../core/time/time.ts';
import { columnNamesOf, rawRows } from '../../raw/duckdb/raw-files.ts';
import { timeOf } from '../../raw/duckdb/sql.ts';
import type { Stream } from '../../streams/stream.ts';
import { type Bindings, identifier, literal } from '../../warehouses/lake/sql.ts';
import type { Definitions } from '../definitions.ts';
import { type HourWork, SOURCES, STREAM_OF } from '../view-maker.ts';

type Rules = Pick<Definitions, 'appMark' | 'pageKeys'>;

/** The columns by which an answer is judged. */
export const ANSWER = ['host', 'method', 'status', 'content_type', 'is_app'] as const;

/**
 * Returns the raw rows of an hour, of all streams, as a relation. A text that is absent is empty.
 * @param work names the files of each stream, at least one
 */
export async function requestsOf(
  connection: DuckDBConnection,
  { hour, raw }: Pick<HourWork, 'hour' | 'raw'>,
  rules: Rules,
  bindings: Bindings,
): Promise<string> {
  const parts: string[] = [];
  for (const source of SOURCES) {
    const files = raw[source];
    if (files.length === 0) continue;
    const names = new Set(await columnNamesOf(connection, files));
    const columns = source === 'pageview' ? pageviewColumns(names) : webrequestColumns(names);
    const all = { event_id: 'meta.id', dt: instantOf(STREAM_OF[source], hour), ...columns };
    const list = Object.entries(all).map(([name, expression]) => `${expression} AS ${name}`);
    parts.push(`SELECT ${list.join(', ')} FROM ${rawRows(files, bindings)}`);
  }
  return `(SELECT *, ${derived(rules)} FROM (${parts.join(' UNION ALL ')}))`;
}

type Columns = Readonly<Record<string, string>>;

function pageviewColumns(names: ReadonlySet<string>): Columns {
  const text = textIn(names);
  return {
    host: text('site'),
    path: text('path'),
    query: `''`,
    method: `''`,
    status: names.has('status') ? `coalesce(CAST("status" AS VARCHAR), '')` : `''`,
    content_type: text('content_type'),
    referer: text('referrer'),
    user_agent: text('user_agent'),
    language: text('language'),
    address: text('address'),
    x_analytics: `''`,
    last_access: text('last_access'),
    no_cookies: names.has('no_cookies') ? `coalesce(CAST("no_cookies" AS VARCHAR), '')` : `''`,
    source: text('source'),
  };
}

/** In a log, `-` stands for a text that is absent. */
function webrequestColumns(names: ReadonlySet<string>): Columns {
  const text = textIn(names);
  const orDash = (name: string): string => (names.has(name) ? `coalesce(nullif("${name}", '-'), '')` : `''`);
  const xAnalytics = orDash('x_analytics');
  return {
    host: text('uri_host'),
    path: text('uri_path'),
    query: orDash('uri_query'),
    method: orDash('http_method'),
    status: orDash('http_status'),
    content_type: orDash('content_type'),
    referer: orDash('referer'),
    user_agent: orDash('user_agent'),
    language: orDash('accept_language'),
    address: orDash('ip'),
    x_analytics: `CASE WHEN ${xAnalytics} = '' THEN '' ELSE ';' || ${xAnalytics} || ';' END`,
    last_access: valueOf(xAnalytics, 'WMF-Last-Access'),
    // As at Wikimedia, whoever sends the header says so of each request that came without any cookie.
    no_cookies: `CASE WHEN ${xAnalytics} = '' THEN '' WHEN contains(${xAnalytics}, 'nocookies=1') THEN 'true'
      ELSE 'false' END`,
    source: `'webrequest'`,
  };
}

function textIn(names: ReadonlySet<string>): (name: string) => string {
  return (name) => (names.has(name) ? `coalesce(${identifier(name)}, '')` : `''`);
}

/** The value of a key in a text `key=value;…`; empty if it isn't there. Cheaper than a regular expression. */
function valueOf(text: string, key: string): string {
  const mark = literal(`;${key}=`);
  return `split_part(split_part(';' || ${text}, ${mark}, 2), ';', 1)`;
}

/** What follows from other columns. */
function derived({ appMark, pageKeys }: Rules): string {
  const keys = pageKeys.map(
    (key) =>
      `CASE WHEN contains(x_analytics, ${literal(`;${key}=`)})
       THEN ${literal(`${key}=`)} || ${valueOf('x_analytics', key)} || ';' ELSE '' END`,
  );
  const pageKeysOf =
    keys.length === 0 ? `''` : `CASE WHEN x_analytics = '' THEN '' ELSE ${keys.join(' || ')} END`;
  return [
    `contains(user_agent, ${literal(appMark)}) AS is_app`,
    `contains(x_analytics, ';ismobile=1;') AS is_mobile`,
    `content_type <> '' AS has_type`,
    `${pageKeysOf} AS page_keys`,
  ].join(', ');
}

/** The instant of an event, as `2026-11-29T11:20:30.123Z`. Most events spell theirs so. */
function instantOf(stream: Stream, hour: Ordinal): string {
  const own = stream.time ? identifier(stream.time.field) : 'meta.dt';
  const start = literal(new Date(hour * HOUR_MS).toISOString().slice(0, 13));
  return `CASE WHEN length(${own}) = 24 AND starts_with(${own}, ${start}) AND ends_with(${own}, 'Z') THEN ${own}
    ELSE strftime(make_timestamp(CAST(${timeOf(stream)} AS BIGINT) * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') END`;
}
