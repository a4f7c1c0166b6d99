import type { Table } from '../core/metric/table.ts';
import { type Sql, sql, sqlJoin, sqlNumber, sqlText } from '../core/sql.ts';
import { TWICE } from '../metrics/totals.ts';

/**
 * The rows of files that count views. `access` is `desktop`, `mobile-web`, `mobile-app`, or another text where the
 * source has no value of ours: such views count in the total alone. `hours` has the counts by hour or day, where a
 * line has them.
 */
export const DUMPED_VIEWS: Table = {
  name: 'dumped_views',
  dimensions: ['project', 'access', 'agent', 'article', 'hours', 'timestamp'].map((name) => ({
    name,
    type: 'text',
  })),
  entry: [],
  measures: [{ name: 'views', type: 'count' }],
  ranking: undefined,
};

/** Which values of access and agent the views of a format have. */
export interface Kinds {
  readonly access: readonly string[];
  readonly agents: readonly string[];
  /** Whether views of all agents are added up. */
  readonly allAgents: boolean;
  /** Whether the views of every access are there. Otherwise nothing is `all-access`. */
  readonly allAccess?: boolean;
}

/**
 * Adds views up by columns, for each access and agent and for their totals. The rows are grouped once, with a sum for
 * each combination beside the others: a group for each combination would take a multiple of the time.
 * @param from a relation of the columns, `access`, `agent` and `views`
 * @param groups the `GROUP BY`, if not by the columns alone
 * @param columns the columns as the query selects them
 */
function summed(from: Sql, columns: readonly Sql[], grouped: { select: Sql; by: Sql }, kinds: Kinds): Sql {
  const { access, agents, allAgents, allAccess = true } = kinds;
  const combinations = [...agents, ...(allAgents ? [undefined] : [])].flatMap((agent) =>
    [...access, ...(allAccess ? [undefined] : [])].map((way) => ({ agent, way })),
  );
  const column = (index: number): Sql => sql`n${sqlNumber(index)}`;
  const sums = combinations.map(({ agent, way }, index) => {
    const conditions = [
      ...(agent === undefined ? [] : [sql`agent = ${sqlText(agent)}`]),
      ...(way === undefined ? [] : [sql`access = ${sqlText(way)}`]),
      sql`true`,
    ];
    return sql`sum(views) FILTER (${sqlJoin(conditions, sql` AND `)}) AS ${column(index)}`;
  });
  const names = sqlJoin(columns, sql`, `);
  const rows = combinations.map(
    ({ agent = 'all-agents', way = 'all-access' }, index) =>
      sql`SELECT ${names}, ${sqlText(way)} AS access, ${sqlText(agent)} AS agent, ${column(index)} AS views
        FROM sums WHERE ${column(index)} IS NOT NULL`,
  );
  return sql`WITH sums AS MATERIALIZED (
      SELECT ${grouped.select}, ${sqlJoin(sums, sql`, `)} FROM ${from} GROUP BY ${grouped.by}
    ) ${sqlJoin(rows, sql` UNION ALL `)}`;
}

const BY_ARTICLE = sql`project, article, stamp`;

/** Views of each article, by access and agent. */
export function viewsOfArticles(kinds: Kinds): Sql {
  const columns = [sql`project`, sql`article`, sql`stamp`];
  return summed(sql`dumped_views`, columns, { select: BY_ARTICLE, by: BY_ARTICLE }, kinds);
}

/** Views of each project and of all together. @param from a relation like `dumped_views` */
export function viewsOfProjects(kinds: Kinds, from = sql`dumped_views`): Sql {
  const grouped = {
    select: sql`CASE WHEN grouping(project) = 1 THEN 'all-projects' ELSE project END AS project, stamp`,
    by: sql`GROUPING SETS ((project, stamp), (stamp))`,
  };
  // The views are added up by project first: the totals are then made of few rows.
  const few = sql`(SELECT project, access, agent, stamp, sum(views) AS views FROM ${from} AS every
    GROUP BY project, access, agent, stamp) AS few`;
  return summed(few, [sql`project`, sql`stamp`], grouped, kinds);
}

/** The views by hour that the texts of `hours` have: `A` and the count of the first hour, and so on. */
export const VIEWS_BY_HOUR = sql`(SELECT project, access, agent,
    concat(substr(stamp, 1, 8), lpad(CAST(ascii(pair) - 65 AS VARCHAR), 2, '0')) AS stamp,
    CAST(substr(pair, 2) AS BIGINT) * alike AS views
  FROM (
    SELECT project, access, agent, stamp, alike, unnest(regexp_extract_all(hours, '[A-X][0-9]+')) AS pair FROM (
      SELECT project, access, agent, stamp, hours, count(*) AS alike FROM dumped_views
      GROUP BY project, access, agent, stamp, hours
    ) AS texts
  ) AS pairs)`;

/** The counts of a project by site, and of all projects together. */
export const COUNTS_OF_SITES = sql`SELECT project, access_site, stamp, sum(n) AS "count" FROM (
    SELECT CASE WHEN p.of_all = 1 THEN 'all-projects' ELSE project END AS project,
      CASE WHEN s.of_all = 1 THEN 'all-sites' WHEN access = 'desktop' THEN 'desktop-site' ELSE 'mobile-site' END AS access_site,
      stamp, n
    FROM (
      SELECT project, access, stamp, sum(views) AS n FROM dumped_views GROUP BY project, access, stamp
    ) AS few CROSS JOIN ${TWICE} AS p CROSS JOIN ${TWICE} AS s
  ) AS sites GROUP BY project, access_site, stamp`;

/** Months of sites, of their days. */
export const SITES_OF_DAYS = sql`SELECT project, access_site, stamp, sum("count") AS "count"
  FROM legacy_pagecounts_aggregate GROUP BY project, access_site, stamp`;

/** The articles that people viewed most, by access. */
export function mostViewed(access: readonly string[]): Sql {
  return viewsOfArticles({ access, agents: ['user'], allAgents: false });
}

/** Months of the articles that people viewed most, of the days of articles. */
export const MOST_VIEWED_OF_DAYS = sql`SELECT project, access, article, stamp, sum(views) AS views
  FROM pageviews_per_article WHERE agent = 'user' GROUP BY project, access, article, stamp`;

/** Months of projects, of their days. */
export const PROJECTS_OF_DAYS = sql`SELECT project, access, agent, stamp, sum(views) AS views
  FROM pageviews_aggregate GROUP BY project, access, agent, stamp`;
