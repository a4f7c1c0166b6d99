import type { Dimension } from '../core/metric/dimension.ts';
import type { Aggregate, RangeRule, TopShape } from '../core/metric/metric.ts';
import { type NamedQuery, type Sql, sql } from '../core/sql.ts';
import type { Entity } from '../core/metric/edit-events.ts';
import { editorType, pageType, project } from './dimensions.ts';

/*
 * What the families of edits, editors, edited pages and bytes have in common (AQS: its Druid
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

/** AQS: of one page or one editor a year and a day at most. */
export const ONE_YEAR: RangeRule = { end: 'exclusive', months: 'whole', maxDays: 367 };

/** AQS: where nothing happened there are zeros. */
export const WITH_ZEROS: RangeRule = { end: 'exclusive', months: 'whole', missing: 'zero' };

/** AQS: edits are counted without those of deleted pages; bytes and lists are not. */
export const WITHOUT_DELETED =
  'Edits of a page that is deleted leave the periods in which they were made: older numbers become smaller.';
export const WITH_DELETED =
  'Edits of pages that were deleted since are counted here, while `edits-aggregate` leaves them out.';

/** AQS: a ranked list a project, editor type and page type. */
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

/** AQS: lists of the edit families nest, and have the first hundred. */
export function first100(ranked: Dimension, measure: string): TopShape {
  const fields = [ranked.name, measure, 'rank'];
  return { kind: 'top', nest: 'results', list: 'top', entry: [ranked], rankBy: measure, limit: 100, fields };
}

/* How the numbers follow from the events: docs/events.md. */

/** A revision that was saved. */
export const EDIT = sql`entity = 'revision' AND event = 'create'`;

/** A revision that can still be seen: that of its page's deletion takes it away. */
export const KEPT_EDIT = sql`${EDIT} AND deleted = 'false'`;

/** One event as what it adds. */
export const ONE = sql`1`;
/** An edit of which it is known what it added. */
export const SIZED_EDIT = sql`${EDIT} AND bytes_diff IS NOT NULL`;
export const NET_BYTES = sql`bytes_diff`;
export const ABSOLUTE_BYTES = sql`abs(bytes_diff)`;

/** Two rows: a join with them gives each row once for its own value and once for all values. */
const TWICE = sql`(SELECT 0 AS of_all UNION ALL SELECT 1 AS of_all)`;
const EDITOR_TYPE = sql`CASE WHEN e.of_all = 1 THEN 'all-editor-types' ELSE r.editor_type END AS editor_type`;
const PAGE_TYPE = sql`CASE WHEN p.of_all = 1 THEN 'all-page-types' ELSE r.page_type END AS page_type`;

/** A project's rows for itself (0), all projects (1) and those of its family (2), which Commons has not. */
const FAMILY = sql`substr(r.project, instr(r.project, '.') + 1)`;
const PROJECT = sql`CASE w.of_all WHEN 0 THEN r.project WHEN 1 THEN 'all-projects' ELSE concat('all-', ${FAMILY}, '-projects') END AS project`;
const THRICE = sql`(SELECT 0 AS of_all UNION ALL SELECT 1 AS of_all UNION ALL SELECT 2 AS of_all)`;
const HAS_FAMILY = sql`(w.of_all < 2 OR ${FAMILY} IN ('wikipedia', 'wikivoyage', 'wiktionary', 'wikibooks', 'wikinews', 'wikiquote', 'wikisource', 'wikiversity'))`;

/** What events of projects add up to, by editor type and page type, totals of projects included. */
export function ofProjects(measure: Sql, value: Sql, where: Sql, of: Entity = 'revision'): Aggregate {
  const rows = sql`SELECT project, editor_type, page_type, stamp, sum(n) AS ${measure} FROM (
    SELECT ${PROJECT}, ${EDITOR_TYPE}, ${PAGE_TYPE}, r.stamp AS stamp, r.n AS n FROM (
      SELECT project, editor_type, page_type, stamp, sum(${value}) AS n FROM edit_events
      WHERE ${where} GROUP BY project, editor_type, page_type, stamp
    ) r CROSS JOIN ${THRICE} w CROSS JOIN ${TWICE} e CROSS JOIN ${TWICE} p WHERE ${HAS_FAMILY}
  ) t GROUP BY project, editor_type, page_type, stamp`;
  return { of, rows, ofFamilies: true };
}

/** What events of projects add up to, totals of projects included. */
export function ofAccounts(measure: Sql, value: Sql, where: Sql): Aggregate {
  const rows = sql`SELECT project, stamp, sum(n) AS ${measure} FROM (
    SELECT ${PROJECT}, r.stamp AS stamp, r.n AS n FROM (
      SELECT project, stamp, sum(${value}) AS n FROM edit_events WHERE ${where} GROUP BY project, stamp
    ) r CROSS JOIN ${THRICE} w WHERE ${HAS_FAMILY}
  ) t GROUP BY project, stamp`;
  return { of: 'user', rows, ofFamilies: true };
}

/**
 * What the edits of each page or editor (a column) add up to, by editor type and page type. Nobody
 * is told who edited where the name is hidden, nor what where the title is.
 * @param mark the column that is 1 where any of the edits is as `where` says, else 0
 */
function digestBy(column: Sql, mark: Sql, where: Sql): readonly NamedQuery[] {
  const sums = sql`CAST(sum(edits) AS BIGINT) AS edits, CAST(sum(kept_edits) AS BIGINT) AS kept_edits,
    CAST(sum(net_bytes) AS BIGINT) AS net_bytes, CAST(sum(absolute_bytes) AS BIGINT) AS absolute_bytes,
    max(${mark}) AS ${mark}`;
  // Each total is grouped by itself: one grouping of every row four times takes a third longer.
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

/** What metrics count of a digest. */
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

/** A number of a page, by editor type; none where it isn't known. */
export function ofPages(measure: Sql, value: Sql, where = sql`${value} IS NOT NULL`): Aggregate {
  const rows = sql`SELECT project, page_title, editor_type, stamp, ${value} AS ${measure} FROM digest
    WHERE page_type = 'all-page-types' AND ${where}`;
  return { of: 'revision', digest: PAGES.digest, rows, ofFamilies: false };
}

/** A number of an editor with an account, by page type. */
export function ofEditors(measure: Sql, value: Sql, where = sql`${value} IS NOT NULL`): Aggregate {
  const rows = sql`SELECT project, user_text, page_type, stamp, ${value} AS ${measure} FROM digest
    WHERE editor_type = 'all-editor-types' AND nameless = 0 AND ${where}`;
  return { of: 'revision', digest: EDITORS.digest, rows, ofFamilies: false };
}

/** A number of each page or editor, by editor type and page type. */
export function ofEach({ digest, column }: Digest, measure: Sql, value: Sql): Aggregate {
  const rows = sql`SELECT project, editor_type, page_type, ${column}, stamp, ${value} AS ${measure} FROM digest
    WHERE ${value} IS NOT NULL`;
  return { of: 'revision', digest, rows, ofFamilies: false };
}

/** How many pages or editors got or made edits, by how many these were in the period. */
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
  return { of: 'revision', digest, rows, ofFamilies: false };
}
