import type { Dimension } from '../core/metric/dimension.ts';
import type { Aggregate, RangeRule, TopShape } from '../core/metric/metric.ts';
import { type NamedQuery, type Sql, sql } from '../core/sql.ts';
import { EDIT_EVENTS, type Entity } from '../core/metric/edit-events.ts';
import { editorType, pageType, project } from './dimensions.ts';
import { TWICE } from './totals.ts';

/*
 * The common parts of the metrics about edits, editors, edited pages and bytes (AQS: its Druid
 * families): items nest their rows, and the end of a range is excluded.
 */

export const EDIT_SERIES = {
  shape: { kind: 'series', nest: 'results' },
  home: 'warehouse',
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  scope: ['project'],
} as const;

/** AQS: for one page or one editor, a range has at most a year and a day. */
export const ONE_YEAR: RangeRule = { end: 'exclusive', months: 'whole', maxDays: 367 };

/** AQS: periods in which nothing happened are zeros. */
export const WITH_ZEROS: RangeRule = { end: 'exclusive', months: 'whole', missing: 'zero' };

/** AQS: edits of deleted pages aren't counted, except in bytes and lists. */
export const WITHOUT_DELETED =
  'When a page is deleted, its edits no longer count, so older numbers become smaller.';
export const WITH_DELETED =
  'Edits of pages that were deleted later are counted here, but not in `edits-aggregate`.';

/** AQS: one ranked list for each project, editor type and page type. */
export const EDIT_TOP = {
  home: 'series',
  dimensions: [project, editorType, pageType],
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  scope: ['project'],
  caveats: [WITH_DELETED],
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      year: '2021',
      month: '01',
      day: 'all-days',
    },
  ],
} as const;

/** AQS: lists of the edit families are nested in their item and have at most 100 entries. */
export function first100(ranked: Dimension, measure: string): TopShape {
  const fields = [ranked.name, measure, 'rank'];
  return { kind: 'top', nest: 'results', list: 'top', entry: [ranked], rankBy: measure, limit: 100, fields };
}

/* How the numbers are made from the events: docs/events.md. */

/** A saved revision. */
export const EDIT = sql`entity = 'revision' AND event = 'create'`;

/** A revision whose page isn't deleted. */
export const KEPT_EDIT = sql`${EDIT} AND deleted = 'false'`;

/** The value to sum for counting events. */
export const ONE = sql`1`;
/** An edit with a known size. */
export const SIZED_EDIT = sql`${EDIT} AND bytes_diff IS NOT NULL`;
export const NET_BYTES = sql`bytes_diff`;
export const ABSOLUTE_BYTES = sql`abs(bytes_diff)`;

const EDITOR_TYPE = sql`CASE WHEN e.of_all = 1 THEN 'all-editor-types' ELSE r.editor_type END AS editor_type`;
const PAGE_TYPE = sql`CASE WHEN p.of_all = 1 THEN 'all-page-types' ELSE r.page_type END AS page_type`;

/** A project's rows count for itself (0), for all projects (1) and for its family (2), if it has one. */
const FAMILY = sql`substr(r.project, instr(r.project, '.') + 1)`;
const PROJECT = sql`CASE w.of_all WHEN 0 THEN r.project WHEN 1 THEN 'all-projects' ELSE concat('all-', ${FAMILY}, '-projects') END AS project`;
const THRICE = sql`(SELECT 0 AS of_all UNION ALL SELECT 1 AS of_all UNION ALL SELECT 2 AS of_all)`;
const HAS_FAMILY = sql`(w.of_all < 2 OR ${FAMILY} IN ('wikipedia', 'wikivoyage', 'wiktionary', 'wikibooks', 'wikinews', 'wikiquote', 'wikisource', 'wikiversity'))`;

/** Sums events by project, editor type and page type, with totals of all three. */
export function ofProjects(measure: Sql, value: Sql, where: Sql, of: Entity = 'revision'): Aggregate {
  const rows = sql`SELECT project, editor_type, page_type, stamp, sum(n) AS ${measure} FROM (
    SELECT ${PROJECT}, ${EDITOR_TYPE}, ${PAGE_TYPE}, r.stamp AS stamp, r.n AS n FROM (
      SELECT project, editor_type, page_type, stamp, sum(${value}) AS n FROM edit_events
      WHERE ${where} GROUP BY project, editor_type, page_type, stamp
    ) r CROSS JOIN ${THRICE} w CROSS JOIN ${TWICE} e CROSS JOIN ${TWICE} p WHERE ${HAS_FAMILY}
  ) t GROUP BY project, editor_type, page_type, stamp`;
  return { source: EDIT_EVENTS, of, rows, ofFamilies: true };
}

/** Sums events of accounts by project, with totals over projects. */
export function ofAccounts(measure: Sql, value: Sql, where: Sql): Aggregate {
  const rows = sql`SELECT project, stamp, sum(n) AS ${measure} FROM (
    SELECT ${PROJECT}, r.stamp AS stamp, r.n AS n FROM (
      SELECT project, stamp, sum(${value}) AS n FROM edit_events WHERE ${where} GROUP BY project, stamp
    ) r CROSS JOIN ${THRICE} w WHERE ${HAS_FAMILY}
  ) t GROUP BY project, stamp`;
  return { source: EDIT_EVENTS, of: 'user', rows, ofFamilies: true };
}

/**
 * Sums edits by page or by editor, editor type and page type. Edits with a hidden title or a hidden name
 * are left out.
 * @param column the column of pages or editors
 * @param mark a column that becomes 1 if any of the edits meets `where`, else 0
 */
function digestBy(column: Sql, mark: Sql, where: Sql): readonly NamedQuery[] {
  const sums = sql`CAST(sum(edits) AS BIGINT) AS edits, CAST(sum(kept_edits) AS BIGINT) AS kept_edits,
    CAST(sum(net_bytes) AS BIGINT) AS net_bytes, CAST(sum(absolute_bytes) AS BIGINT) AS absolute_bytes,
    max(${mark}) AS ${mark}`;
  // Each total has its own GROUP BY. Multiplying each row by four and grouping once takes a third longer.
  const kinds = sql`SELECT project, editor_type, page_type, ${column}, stamp, count(*) AS edits,
      CAST(sum(CASE WHEN deleted = 'false' THEN 1 ELSE 0 END) AS BIGINT) AS kept_edits,
      CAST(sum(bytes_diff) AS BIGINT) AS net_bytes, CAST(sum(abs(bytes_diff)) AS BIGINT) AS absolute_bytes,
      max(CASE WHEN ${where} THEN 1 ELSE 0 END) AS ${mark}
    FROM edit_events WHERE ${EDIT} AND ${column} <> '' GROUP BY project, editor_type, page_type, ${column}, stamp`;
  const digest = sql`SELECT project, editor_type, page_type, ${column}, stamp, edits, kept_edits, net_bytes, absolute_bytes, ${mark}
    FROM kinds
    UNION ALL SELECT project, 'all-editor-types' AS editor_type, page_type, ${column}, stamp, ${sums}
    FROM kinds GROUP BY project, page_type, ${column}, stamp
    UNION ALL SELECT project, editor_type, 'all-page-types' AS page_type, ${column}, stamp, ${sums}
    FROM kinds GROUP BY project, editor_type, ${column}, stamp
    UNION ALL SELECT project, 'all-editor-types' AS editor_type, 'all-page-types' AS page_type, ${column}, stamp, ${sums}
    FROM kinds GROUP BY project, ${column}, stamp`;
  return [
    { name: 'kinds', rows: kinds },
    { name: 'digest', rows: digest },
  ];
}

/** Edits summed by page or by editor, as several metrics use them. */
export interface Digest {
  readonly digest: readonly NamedQuery[];
  readonly column: Sql;
}
export const PAGES: Digest = {
  digest: digestBy(sql`page_title`, sql`redirect`, sql`redirect = 'true'`),
  column: sql`page_title`,
};
export const EDITORS: Digest = {
  digest: digestBy(sql`user_text`, sql`nameless`, sql`editor_type = 'anonymous'`),
  column: sql`user_text`,
};

/** A number of each page, by editor type; rows whose number is unknown are left out. */
export function ofPages(measure: Sql, value: Sql, where = sql`${value} IS NOT NULL`): Aggregate {
  const rows = sql`SELECT project, page_title, editor_type, stamp, ${value} AS ${measure} FROM digest
    WHERE page_type = 'all-page-types' AND ${where}`;
  return { source: EDIT_EVENTS, of: 'revision', digest: PAGES.digest, rows, ofFamilies: false };
}

/** A number of each editor with an account, by page type. */
export function ofEditors(measure: Sql, value: Sql, where = sql`${value} IS NOT NULL`): Aggregate {
  const rows = sql`SELECT project, user_text, page_type, stamp, ${value} AS ${measure} FROM digest
    WHERE editor_type = 'all-editor-types' AND nameless = 0 AND ${where}`;
  return { source: EDIT_EVENTS, of: 'revision', digest: EDITORS.digest, rows, ofFamilies: false };
}

/** A number of each page or editor, by editor type and page type. */
export function ofEach({ digest, column }: Digest, measure: Sql, value: Sql): Aggregate {
  const rows = sql`SELECT project, editor_type, page_type, ${column}, stamp, ${value} AS ${measure} FROM digest
    WHERE ${value} IS NOT NULL`;
  return { source: EDIT_EVENTS, of: 'revision', digest, rows, ofFamilies: false };
}

/** The number of edited pages, or of editors, by activity level. */
export function howMany({ digest }: Digest, measure: Sql, where = sql`edits > 0`): Aggregate {
  const rows = sql`SELECT project, editor_type, page_type, activity_level, stamp, sum(n) AS ${measure} FROM (
    SELECT l.project AS project, l.editor_type AS editor_type, l.page_type AS page_type, l.stamp AS stamp, l.n AS n,
      CASE WHEN a.of_all = 1 THEN 'all-activity-levels' ELSE l.activity_level END AS activity_level
    FROM (
      SELECT project, editor_type, page_type, stamp, activity_level, count(*) AS n FROM (
        SELECT project, editor_type, page_type, stamp, CASE WHEN edits < 5 THEN '1..4-edits' WHEN edits < 25 THEN '5..24-edits'
          WHEN edits < 100 THEN '25..99-edits' ELSE '100..-edits' END AS activity_level
        FROM digest WHERE ${where}
      ) d GROUP BY project, editor_type, page_type, stamp, activity_level
    ) l CROSS JOIN ${TWICE} a
  ) t GROUP BY project, editor_type, page_type, activity_level, stamp`;
  return { source: EDIT_EVENTS, of: 'revision', digest, rows, ofFamilies: false };
}
