import { COUNTRY_CODES } from '../core/metric/country-names.ts';
import { count } from '../core/metric/measure.ts';
import type { Aggregate } from '../core/metric/metric.ts';
import { VIEW_EVENTS } from '../core/metric/view-events.ts';
import { type NamedQuery, type Sql, sql, sqlJoin, sqlText } from '../core/sql.ts';
import { PROTECTED_COUNTRIES } from './protected-countries.ts';
import { TWICE } from './totals.ts';

/*
 * How the metrics about views and devices are made from a site's own traffic: docs/analysts.md. A site is no part
 * of `all-projects`.
 */

const ACCESS = sql`CASE WHEN a.of_all = 1 THEN 'all-access' ELSE r.access END AS access`;
const AGENT = sql`CASE WHEN g.of_all = 1 THEN 'all-agents' ELSE r.agent END AS agent`;

/** Views by article, access and agent, without totals. */
const BY_ARTICLE: readonly NamedQuery[] = [
  {
    name: 'by_article',
    rows: sql`SELECT project, access, agent, article, stamp, count(*) AS views FROM view_events
      GROUP BY project, access, agent, article, stamp`,
  },
];

/** Sums views over everything but some columns. @param columns names, each followed by a comma */
function withTotals(columns: Sql, from: Sql): Sql {
  return sql`SELECT project, access, agent, ${columns} stamp, sum(n) AS views FROM (
    SELECT r.project AS project, ${ACCESS}, ${AGENT}, ${columns} r.stamp AS stamp, r.n AS n
    FROM (${from}) r CROSS JOIN ${TWICE} a CROSS JOIN ${TWICE} g
  ) t GROUP BY project, access, agent, ${columns} stamp`;
}

/** Sums `n` by some columns and by access, with its total. @param columns names, each followed by a comma */
function byAccess(columns: Sql, from: Sql): Sql {
  return sql`SELECT project, access, ${columns} stamp, sum(n) AS n FROM (
    SELECT r.project AS project, ${ACCESS}, ${columns} r.stamp AS stamp, r.n AS n
    FROM (${from}) r CROSS JOIN ${TWICE} a
  ) t GROUP BY project, access, ${columns} stamp`;
}

/** Views of each article, by access and agent. A month is the sum of its days, made when publishing. */
export const VIEWS_OF_ARTICLES: Aggregate = {
  source: VIEW_EVENTS,
  digest: BY_ARTICLE,
  rows: withTotals(
    sql`article,`,
    sql`SELECT project, access, agent, article, stamp, views AS n FROM by_article`,
  ),
  ofFamilies: false,
  grains: ['daily'],
};

/** Views of each project, by access and agent. */
export const VIEWS_OF_PROJECTS: Aggregate = {
  source: VIEW_EVENTS,
  rows: withTotals(
    sql``,
    sql`SELECT project, access, agent, stamp, count(*) AS n FROM view_events GROUP BY project, access, agent, stamp`,
  ),
  ofFamilies: false,
};

/** The articles that people viewed most, by access. */
export const MOST_VIEWED: Aggregate = {
  source: VIEW_EVENTS,
  digest: BY_ARTICLE,
  rows: sql`SELECT project, access, stamp, article, n AS views FROM (${byAccess(
    sql`article,`,
    sql`SELECT project, access, article, stamp, views AS n FROM by_article WHERE agent = 'user'`,
  )}) l`,
  ofFamilies: false,
};

const SITE = sql`CASE WHEN s.of_all = 1 THEN 'all-sites' WHEN access = 'desktop' THEN 'desktop-site' ELSE 'mobile-site' END`;
const DEVICES = sql`agent = 'user' AND no_cookies <> '' AND access IN ('desktop', 'mobile-web')`;

/** Views whose cookie names a day before the period, or that have other cookies only, as `returned`. */
const RETURNED = sql`SELECT project, access, stamp, sum(CASE
            WHEN last_access = '' THEN CASE WHEN no_cookies = 'false' THEN 1 ELSE 0 END
            WHEN last_access < substr(stamp, 1, 8) THEN 1 ELSE 0 END) AS returned, 0 AS fresh
        FROM view_events WHERE ${DEVICES} GROUP BY project, access, stamp`;

/**
 * Devices of people by the last-access cookie (WMF: hql/unique_devices/per_domain): those whose cookie names an
 * earlier period or that have other cookies only, and, as the offset, actors with exactly one request without any
 * cookie. Views that don't tell about cookies aren't counted. As actors are named anew each day, nobody knows the
 * offset of a month, nor the estimate that it is a part of.
 */
export const DEVICES_OF_PROJECTS: Aggregate = {
  source: VIEW_EVENTS,
  rows: sql`SELECT project, access_site, stamp, sum(returned) + sum(fresh) AS devices, sum(fresh) AS offset,
      sum(returned) AS underestimate
    FROM (
      SELECT r.project AS project, ${SITE} AS access_site, r.stamp AS stamp, r.returned AS returned, r.fresh AS fresh
      FROM (
        ${RETURNED}
        UNION ALL SELECT project, access, stamp, 0 AS returned, count(*) AS fresh FROM (
          SELECT project, access, actor, stamp FROM view_events WHERE ${DEVICES} AND no_cookies = 'true'
          GROUP BY project, access, actor, stamp HAVING count(*) = 1
        ) once GROUP BY project, access, stamp
      ) r CROSS JOIN ${TWICE} s
    ) t GROUP BY project, access_site, stamp HAVING sum(returned) + sum(fresh) > 0`,
  rowsOf: {
    monthly: sql`SELECT project, access_site, stamp, CAST(NULL AS BIGINT) AS devices, CAST(NULL AS BIGINT) AS offset,
      sum(returned) AS underestimate
    FROM (
      SELECT r.project AS project, ${SITE} AS access_site, r.stamp AS stamp, r.returned AS returned
      FROM (${RETURNED}) r CROSS JOIN ${TWICE} s
    ) t GROUP BY project, access_site, stamp HAVING sum(returned) > 0`,
  },
  ofFamilies: false,
};

/** Lists for the owners of sites. */
export const SITE_TOP = {
  source: 'Kraken: views of collected sites',
  home: 'series',
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['project', 'access'], column: [] },
  scope: ['project'],
  examples: [
    { project: 'blog.example.net', access: 'all-access', year: '2026', month: '11', day: 'all-days' },
  ],
} as const;

export const OWN_SITES = 'Only sites whose views Kraken collects have lists.';
export const FEW_VIEWS =
  'Entries with fewer than 10 views are left out, so that a list tells of no single visitor.';
export const VIEWS_ROUNDED = {
  views_ceil: count('views', 'Views by people, rounded up to a multiple of 10.', {
    roundUpTo: 10,
    least: 10,
    raw: 'views',
  }),
};

/** Counts people's views by two columns, by access, without counts below 10, rounded up to tens. */
function rounded(first: Sql, second: Sql, from: Sql): Sql {
  return sql`SELECT project, access, stamp, ${first}, ${second}, n + 9 - (n + 9) % 10 AS views_ceil
    FROM (${byAccess(sql`${first}, ${second},`, from)}) l WHERE n >= 10`;
}

/** Referers by host. Views from the site itself are left out. */
export const REFERERS_OF_PROJECTS: Aggregate = {
  source: VIEW_EVENTS,
  rows: rounded(
    sql`referer`,
    sql`referer_class`,
    sql`SELECT project, access, stamp, referer, referer_class, count(*) AS n FROM (
      SELECT project, access, stamp, CASE WHEN referer_host = '' THEN referer_class ELSE referer_host END AS referer, referer_class
      FROM view_events WHERE agent = 'user' AND referer_class <> 'internal'
    ) v GROUP BY project, access, stamp, referer, referer_class`,
  ),
  ofFamilies: false,
};

export const BROWSERS_OF_PROJECTS: Aggregate = {
  source: VIEW_EVENTS,
  rows: rounded(
    sql`browser`,
    sql`system`,
    sql`SELECT project, access, stamp, browser, system, count(*) AS n FROM (
      SELECT project, access, stamp, browser_family AS browser, os_family AS system FROM view_events WHERE agent = 'user'
    ) v GROUP BY project, access, stamp, browser, system`,
  ),
  ofFamilies: false,
};

const COUNTRIES = byAccess(
  sql`country,`,
  sql`SELECT project, access, country, stamp, count(*) AS n FROM view_events WHERE agent = 'user' AND country <> '--'
    GROUP BY project, access, country, stamp`,
);

/** Countries, ranked by the exact count before any is left out (AQS: top-by-country). */
export const COUNTRIES_OF_PROJECTS: Aggregate = {
  source: VIEW_EVENTS,
  rows: sql`SELECT project, access, stamp, country, place AS ranked, n + 999 - (n + 999) % 1000 AS views_ceil FROM (
    SELECT c.*, rank() OVER (PARTITION BY project, access, stamp ORDER BY n DESC) AS place FROM (${COUNTRIES}) c
  ) t WHERE n >= 100 AND place <= 1000`,
  hasRanks: true,
  ofFamilies: false,
};

/** The countries that numbers may be published about. Codes of no country are left out, too. */
const PUBLISHED = sqlJoin(
  COUNTRY_CODES.filter((code) => !PROTECTED_COUNTRIES.has(code)).map(sqlText),
  sql`, `,
);
const IN_COUNTRIES = sql`agent = 'user' AND article <> '-' AND country IN (${PUBLISHED})`;

/**
 * The pages that were viewed most from a country (WMF: hql/cassandra/daily/load_cassandra_pageview_top_percountry_daily):
 * those that more than 1,000 actors viewed, ranked by the exact count. As so many actors need so many views,
 * actors are only counted of the few pages that have them. Views without an actor are counted as views.
 */
export const MOST_VIEWED_IN_COUNTRIES: Aggregate = {
  source: VIEW_EVENTS,
  rows: sql`SELECT country, access, stamp, article, project, place AS ranked, n + 99 - (n + 99) % 100 AS views_ceil FROM (
    SELECT p.*, max(CASE WHEN nth = 1001 THEN place ELSE 0 END) OVER (PARTITION BY list) AS cut FROM (
      SELECT c.*, rank() OVER (PARTITION BY list ORDER BY n DESC) AS place,
        row_number() OVER (PARTITION BY list ORDER BY n DESC) AS nth
      FROM (
        SELECT country, access, stamp, concat_ws('|', country, access, stamp) AS list, article, project, count(*) AS n FROM (
          SELECT v.country AS country, CASE WHEN a.of_all = 1 THEN 'all-access' ELSE v.access END AS access,
            v.stamp AS stamp, v.article AS article, v.project AS project,
            CASE WHEN v.actor <> '' THEN v.actor END AS actor
          FROM (SELECT * FROM view_events WHERE ${IN_COUNTRIES}) v
          JOIN (
            SELECT country, stamp, article, project FROM view_events WHERE ${IN_COUNTRIES}
            GROUP BY country, stamp, article, project HAVING count(*) > 1000
          ) m ON v.country = m.country AND v.stamp = m.stamp AND v.article = m.article AND v.project = m.project
          CROSS JOIN ${TWICE} a
        ) t GROUP BY country, access, stamp, article, project HAVING count(DISTINCT actor) > 1000
      ) c
    ) p
  ) l WHERE place <= 1000 AND (cut = 0 OR place < cut)`,
  hasRanks: true,
  ofFamilies: false,
};

/** From page to page (Wikimedia: clickstream). Pairs with fewer than 10 views are left out there, too. */
export const PREVIOUS_OF_ARTICLES: Aggregate = {
  source: VIEW_EVENTS,
  rows: sql`SELECT project, article, stamp, previous, count(*) AS views FROM (
    SELECT project, article, stamp, CASE
      WHEN previous <> '' THEN previous
      WHEN referer_class = 'search-engine' THEN 'other-search'
      WHEN referer_class = 'internal' THEN 'other-internal'
      WHEN referer_class = 'none' THEN 'other-empty'
      WHEN referer_class = 'unknown' THEN 'other-other'
      ELSE 'other-external' END AS previous
    FROM view_events WHERE agent = 'user'
  ) v GROUP BY project, article, stamp, previous HAVING count(*) >= 10`,
  ofFamilies: false,
};
