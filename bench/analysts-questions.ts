/* Ten questions of analysts, as Kraken takes them and as SQL over the same rows. */

export interface AnalystsQuestion {
  readonly asks: string;
  readonly question: Readonly<Record<string, unknown>>;
  /** `views` and `edits` are the rows. The columns are those of the answer. */
  readonly sql: string;
}

const ARTICLES = { metric: 'pageviews-per-article', where: { agent: 'user' } };
const YEAR = `"timestamp" BETWEEN '2023010100' AND '2023123100'`;
const YEAR_BEFORE = `"timestamp" BETWEEN '2022010100' AND '2022123100'`;
const DAY = `substr("timestamp", 1, 4) || '-' || substr("timestamp", 5, 2) || '-' || substr("timestamp", 7, 2)`;
const MONTH = `substr("timestamp", 1, 4) || '-' || substr("timestamp", 5, 2) || '-01'`;
const PROJECT = 'p07.wikipedia';

/** The views of articles in a year, and in the year before. */
const BOTH_YEARS = `WITH now AS (SELECT project, article, sum(views) AS views FROM views WHERE ${YEAR} GROUP BY ALL),
  earlier AS (SELECT project, article, sum(views) AS views FROM views WHERE ${YEAR_BEFORE} GROUP BY ALL)`;
const BY_DAY = `days AS (SELECT project, ${DAY} AS day, sum(views) AS views FROM views WHERE ${YEAR} GROUP BY ALL)`;
const BY_MONTH = `months AS (SELECT project, ${MONTH} AS month, sum(views) AS views FROM views WHERE ${YEAR} GROUP BY ALL)`;

export const QUESTIONS: readonly AnalystsQuestion[] = [
  {
    asks: 'The ten articles that grew most, of those with at least 100,000 views',
    question: {
      ...ARTICLES,
      by: ['project', 'article'],
      range: '2023',
      compare: 'previous_year',
      measures: ['views', 'views_growth'],
      having: 'views>=100000',
      order: '-views_growth',
      limit: 10,
    },
    sql: `${BOTH_YEARS} SELECT now.project, now.article, now.views, (now.views - earlier.views) / earlier.views AS growth
      FROM now LEFT JOIN earlier USING (project, article) WHERE now.views >= 100000
      ORDER BY growth DESC NULLS LAST, project, article LIMIT 10`,
  },
  {
    asks: 'The ten articles that lost most views',
    question: {
      ...ARTICLES,
      by: ['project', 'article'],
      range: '2023',
      compare: 'previous_year',
      measures: ['views', 'views_difference'],
      order: 'views_difference',
      having: 'views_difference<0',
      limit: 10,
    },
    sql: `${BOTH_YEARS} SELECT now.project, now.article, now.views, now.views - earlier.views AS difference
      FROM now JOIN earlier USING (project, article) WHERE now.views - earlier.views < 0 ORDER BY difference, project, article LIMIT 10`,
  },
  {
    asks: 'The share of each project, day by day',
    question: {
      ...ARTICLES,
      by: 'project',
      grain: 'daily',
      range: '2023',
      measures: ['views', 'views_share_within_timestamp'],
      limit: 10_000,
    },
    sql: `WITH ${BY_DAY} SELECT project, day, views, views / sum(views) OVER (PARTITION BY day)
      FROM days ORDER BY day, project`,
  },
  {
    asks: 'The ten most viewed articles of each project, with their share of it',
    question: {
      ...ARTICLES,
      by: ['project', 'article'],
      range: '2023',
      measures: ['views', 'views_share_within_project'],
      top: 10,
      within: 'project',
    },
    sql: `WITH articles AS (SELECT project, article, sum(views) AS views FROM views WHERE ${YEAR} GROUP BY ALL)
      SELECT project, article, views, views / sum(views) OVER (PARTITION BY project) AS share FROM articles
      QUALIFY row_number() OVER (PARTITION BY project ORDER BY views DESC, article) <= 10
      ORDER BY project, views DESC, article`,
  },
  {
    asks: 'The ten most viewed articles, and all others as one row',
    question: {
      ...ARTICLES,
      by: ['project', 'article'],
      range: '2023',
      measures: ['views', 'views_share'],
      top: 10,
      others: true,
    },
    sql: `WITH articles AS (SELECT project, article, sum(views) AS views FROM views WHERE ${YEAR} GROUP BY ALL),
      placed AS (SELECT *, row_number() OVER (ORDER BY views DESC, project, article) AS place, sum(views) OVER () AS total FROM articles)
      SELECT CASE WHEN place <= 10 THEN project END, CASE WHEN place <= 10 THEN article END, sum(views), sum(views) / max(total)
      FROM placed GROUP BY least(place, 11), 1, 2 ORDER BY least(place, 11)`,
  },
  {
    asks: 'The days of one project, smoothed over seven days',
    question: {
      ...ARTICLES,
      by: 'project',
      where: { ...ARTICLES.where, project: PROJECT },
      grain: 'daily',
      range: '2023',
      measures: ['views', 'views_moving_average_7'],
    },
    sql: `WITH days AS (SELECT strptime(substr("timestamp", 1, 8), '%Y%m%d') AS day, sum(views) AS views
        FROM views WHERE ${YEAR} AND project = '${PROJECT}' GROUP BY ALL)
      SELECT '${PROJECT}', strftime(day, '%Y-%m-%d'), views, CASE WHEN count(*) OVER week = 7 THEN avg(views) OVER week END
      FROM days WINDOW week AS (ORDER BY day RANGE BETWEEN INTERVAL 6 DAY PRECEDING AND CURRENT ROW) ORDER BY day`,
  },
  {
    asks: 'Views since the start of the year, by project and day',
    question: {
      ...ARTICLES,
      by: 'project',
      grain: 'daily',
      range: '2023',
      measures: ['views', 'views_cumulative'],
      limit: 10_000,
    },
    sql: `WITH ${BY_DAY} SELECT project, day, views, sum(views) OVER (PARTITION BY project ORDER BY day)
      FROM days ORDER BY day, project`,
  },
  {
    asks: 'The three most viewed projects of each month, with their rank',
    question: {
      ...ARTICLES,
      by: 'project',
      grain: 'monthly',
      range: '2023',
      measures: ['views', 'views_rank_within_timestamp'],
      top: 3,
      within: 'timestamp',
    },
    sql: `WITH ${BY_MONTH} SELECT project, month, views, rank() OVER (PARTITION BY month ORDER BY views DESC)
      FROM months QUALIFY row_number() OVER (PARTITION BY month ORDER BY views DESC, project) <= 3
      ORDER BY month, views DESC, project`,
  },
  {
    asks: 'Views per day, so that months compare',
    question: {
      ...ARTICLES,
      by: 'project',
      grain: 'monthly',
      range: '2023',
      measures: ['views', 'views_per_day'],
    },
    sql: `WITH ${BY_MONTH} SELECT project, month, views, views / day(last_day(CAST(month AS DATE)))
      FROM months ORDER BY month, project`,
  },
  {
    asks: 'Views per edit, by project and month',
    question: {
      ...ARTICLES,
      by: 'project',
      grain: 'monthly',
      range: '2023',
      measures: ['views', 'views_per_edits-aggregate'],
    },
    sql: `WITH ${BY_MONTH}, edited AS (SELECT project, ${MONTH} AS month, sum(edits) AS edits FROM edits WHERE ${YEAR} GROUP BY ALL)
      SELECT project, month, views, views / edits FROM months LEFT JOIN edited USING (project, month)
      ORDER BY month, project`,
  },
];
