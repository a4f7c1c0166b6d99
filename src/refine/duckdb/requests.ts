import type { DuckDBConnection } from '@duckdb/node-api';
import { VIEW_STREAMS } from '../../core/metric/view-events.ts';
import { HOUR_MS, type Ordinal } from '../../core/time/time.ts';
import { markSql, pageMarksSql } from '../../define/x-analytics.ts';
import { columnNamesOf, rowsOfEventFiles } from '../../warehouses/lake/event-files.ts';
import { timeOf } from '../../raw/duckdb/sql.ts';
import type { Stream } from '../../streams/stream.ts';
import { type Bindings, identifier, literal } from '../../warehouses/lake/sql.ts';
import type { ViewRules } from '../view-rules.ts';
import { type HourWork, type Source, STREAM_OF } from '../view-maker.ts';

/** The columns by which an answer is judged. */
export const ANSWER = ['host', 'method', 'status', 'content_type', 'is_app'] as const;
/** The columns by which a page is told. Their hash is the column `page`. */
export const PAGE = ['host', 'path', 'query', 'page_keys', 'is_app', 'has_type'] as const;
/** The columns by which a person is told. Their hash is the column `person`. */
export const PERSON = ['host', 'address', 'user_agent', 'language', 'installation'] as const;
/** The columns by which it is told where a view came from. Their hash is the column `link`. */
export const LINK = ['host', 'referer'] as const;

/** A number that nobody knows, so that nobody can make requests whose hashes are the same. */
export type Salt = bigint;

/** Returns the hash of some columns. */
export function hashOf(columns: readonly string[], salt: Salt): string {
  return `hash(${columns.join(', ')}, ${salt}::UBIGINT)`;
}

/** The columns of a raw row that say something about cookies, devices and pages by keys and values. Their hash is `mark`. */
const MARK = ['x_analytics', 'last_access', 'no_cookies', 'is_mobile'] as const;

/** Returns raw rows as a relation, of which a statement gets bindings of its own. */
export type RawRows = (bindings: Bindings) => string;

/**
 * Finds the raw rows of an hour, of all streams. Texts are as they were sent: NULL, and in a log `-`, if they are
 * absent.
 * @param work names the files of each stream, at least one
 */
export async function rawRequests(
  connection: DuckDBConnection,
  { hour, raw }: Pick<HourWork, 'hour' | 'raw'>,
): Promise<RawRows> {
  const parts: RawRows[] = [];
  for (const source of VIEW_STREAMS) {
    const files = raw[source];
    if (files.length === 0) continue;
    const names = new Set(await columnNamesOf(connection, files));
    const columns = Object.entries(COLUMNS[source]).map(([name, column]) => {
      const value = column !== null && names.has(column) ? identifier(column) : 'NULL';
      // The method and status of a log are there, even if the log doesn't say them. A page that reports its view has none.
      const isKnown = source === 'webrequest' && (name === 'method' || name === 'status');
      return isKnown
        ? `coalesce(CAST(${value} AS VARCHAR), '-') AS ${name}`
        : `CAST(${value} AS VARCHAR) AS ${name}`;
    });
    const name =
      source === 'webrequest' ? `'webrequest'` : names.has('source') ? `coalesce("source", '')` : `''`;
    parts.push(
      (bindings) =>
        `SELECT meta.id AS event_id, ${instantOf(STREAM_OF[source], hour)} AS dt, ${columns.join(', ')}, ${name} AS source
         FROM ${rowsOfEventFiles(files, bindings)}`,
    );
  }
  return (bindings) => `(${parts.map((part) => part(bindings)).join(' UNION ALL ')})`;
}

/** The column of each stream that says something; null if none does. */
const COLUMNS: Readonly<Record<Source, Readonly<Record<string, string | null>>>> = {
  pageview: {
    host: 'site',
    path: 'path',
    query: null,
    method: null,
    status: 'status',
    content_type: 'content_type',
    referer: 'referrer',
    user_agent: 'user_agent',
    language: 'language',
    address: 'address',
    x_analytics: null,
    last_access: 'last_access',
    no_cookies: 'no_cookies',
    is_mobile: 'is_mobile',
  },
  webrequest: {
    host: 'uri_host',
    path: 'uri_path',
    query: 'uri_query',
    method: 'http_method',
    status: 'http_status',
    content_type: 'content_type',
    referer: 'referer',
    user_agent: 'user_agent',
    language: 'accept_language',
    address: 'ip',
    x_analytics: 'x_analytics',
    last_access: null,
    no_cookies: null,
    is_mobile: null,
  },
};

export interface Hashing extends Pick<ViewRules, 'appMark'> {
  readonly salt: Salt;
}

/**
 * Returns the relation with hashes of what is told by several texts, by which it is joined. Each is of 64 bits: among ten
 * million, two are the same once in 370,000 hours.
 */
export function hashedRequests(raw: string, { appMark, salt }: Hashing): string {
  return `(SELECT *, ${hashOf(PAGE, salt)} AS page, ${hashOf(PERSON, salt)} AS person, ${hashOf(LINK, salt)} AS link
    FROM (SELECT raw.* EXCLUDE (last_access, no_cookies, is_mobile, mark), marks.* EXCLUDE (mark),
        coalesce(contains(user_agent, ${literal(appMark)}), false) AS is_app,
        coalesce(content_type NOT IN ('', '-'), false) AS has_type
      FROM (SELECT *, ${hashOf(MARK, salt)} AS mark FROM ${raw}) AS raw JOIN marks ON marks.mark = raw.mark))`;
}

/** A SELECT of what raw rows say by keys and values, by `mark`. */
export function marksOf(raw: string, salt: Salt): string {
  // Without the header nobody can tell whether there were cookies.
  return `SELECT mark, coalesce(${pageMarksSql('x_analytics')}, '') AS page_keys,
      coalesce(${markSql('x_analytics', 'ismobile')} = '1', false) OR coalesce(is_mobile, 'false') = 'true' AS is_mobile,
      coalesce(no_cookies, CASE WHEN coalesce(x_analytics, '') IN ('', '-') THEN ''
        WHEN ${markSql('x_analytics', 'nocookies')} = '1' THEN 'true' ELSE 'false' END) AS no_cookies,
      coalesce(last_access, ${markSql('x_analytics', 'WMF-Last-Access')}, '') AS cookie,
      coalesce(${markSql('x_analytics', 'wmfuuid')}, '') AS installation
    FROM (SELECT *, ${hashOf(MARK, salt)} AS mark FROM (SELECT DISTINCT ${MARK.join(', ')} FROM ${raw}))`;
}

/** The first value of a column in a group; empty if it is absent. */
export function textOf(column: string): string {
  return `coalesce(nullif(CAST(any_value(${column}) AS VARCHAR), '-'), '')`;
}

/** The instant of an event, as `2026-11-29T11:20:30.123Z`. Most events spell theirs so. */
function instantOf(stream: Stream, hour: Ordinal): string {
  const own = stream.time ? identifier(stream.time.field) : 'meta.dt';
  const start = literal(new Date(hour * HOUR_MS).toISOString().slice(0, 13));
  return `CASE WHEN length(${own}) = 24 AND starts_with(${own}, ${start}) AND ends_with(${own}, 'Z') THEN ${own}
    ELSE strftime(make_timestamp(CAST(${timeOf(stream)} AS BIGINT) * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') END`;
}
