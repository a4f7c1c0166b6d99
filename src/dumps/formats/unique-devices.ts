import type { Table } from '../../core/metric/table.ts';
import { sql, type Sql, sqlText } from '../../core/sql.ts';
import { TWICE } from '../../metrics/totals.ts';
import { uniqueDevices } from '../../metrics/unique-devices.ts';
import type { DumpFormat, Fault, Named, Told } from '../format.ts';
import { periodsOf, stampOf, unitTold } from '../units.ts';

const DEVICES: Table = {
  name: 'dumped_devices',
  dimensions: ['project', 'site', 'timestamp'].map((name) => ({ name, type: 'text' })),
  entry: [],
  measures: ['devices', 'offset', 'underestimate'].map((name) => ({ name, type: 'count' })),
  ranking: undefined,
};

/*
 * Fields are counted from the right: days have had a field for the access since 2026.
 *   en.wikipedia.org 1000 234 1234
 *   en.wikipedia.org mobile web 1000 234 1234     (tabs between the fields)
 */
const HAS_ACCESS = sql`f5 IS NOT NULL`;
const UNDERESTIMATE = sql`(CASE WHEN ${HAS_ACCESS} THEN f3 ELSE f2 END)`;
const OFFSET = sql`(CASE WHEN ${HAS_ACCESS} THEN f4 ELSE f3 END)`;
const ESTIMATE = sql`(CASE WHEN ${HAS_ACCESS} THEN f5 ELSE f4 END)`;
const NUMBER = sql`'[0-9]{1,15}'`;

const FAULTS: readonly Fault[] = [
  {
    reason: 'the line has not 4 or 5 fields',
    when: sql`f4 IS NULL OR f6 IS NOT NULL`,
    example: 'en.wikipedia.org\t1000\t234',
  },
  {
    reason: 'a count is not a whole number',
    when: sql`NOT (regexp_full_match(${UNDERESTIMATE}, ${NUMBER}) AND regexp_full_match(${OFFSET}, ${NUMBER})
      AND regexp_full_match(${ESTIMATE}, ${NUMBER}))`,
    example: 'en.wikipedia.org\t1000\tmany\t1234',
  },
  {
    reason: 'the estimate is not the sum of both counts',
    when: sql`CAST(${UNDERESTIMATE} AS BIGINT) + CAST(${OFFSET} AS BIGINT) <> CAST(${ESTIMATE} AS BIGINT)`,
    example: 'en.wikipedia.org\t1000\t234\t1235',
  },
];

function columnsOf(project: Sql, site: Sql): (named: Named) => Sql {
  return ({ unit }) => sql`${project} AS project, ${site} AS site, ${sqlText(stampOf(unit))} AS "timestamp",
    CAST(${ESTIMATE} AS BIGINT) AS devices, CAST(${OFFSET} AS BIGINT) AS "offset",
    CAST(${UNDERESTIMATE} AS BIGINT) AS underestimate`;
}

function nameOf(kind: string): (file: string, told: Told) => Named | undefined {
  const pattern = new RegExp(
    `^unique_devices_per_${kind}_(?:daily|monthly)-(\\d{4}-\\d\\d(?:-\\d\\d)?)(?:\\.|$)`,
  );
  return (file, { period }) => {
    const text = period ?? pattern.exec(file)?.[1];
    const unit = text === undefined ? undefined : unitTold(text);
    return unit && { unit, slot: 'all' };
  };
}

const COMMON = {
  separator: '\t',
  fields: 5,
  hasQuotes: false,
  table: DEVICES,
  slots: () => ['all'],
  rollUps: [],
} satisfies Partial<DumpFormat>;

function feedOf(rows: Sql): DumpFormat['feeds'][number] {
  // Projects with few devices have no line, and aren't zero.
  return {
    metric: uniqueDevices,
    span: (unit) => [periodsOf(unit, unit.grain)],
    needs: 'any',
    rows: () => rows,
    isEverything: false,
  };
}

/**
 * Where a file tells sites apart, by a field or by `.m.` in domains, their sum is that of all sites. Where it doesn't, a
 * line is of all sites.
 */
const BY_SITE = sql`SELECT project, access_site, stamp, sum(devices) AS devices, sum("offset") AS "offset",
    sum(underestimate) AS underestimate
  FROM (
    SELECT project, CASE WHEN a.of_all = 1 THEN 'all-sites' ELSE access_site END AS access_site, stamp, devices,
      "offset", underestimate
    FROM (
      SELECT project, stamp, devices, "offset", underestimate, CASE
        WHEN site IN ('mobile', 'mobile-domain') THEN 'mobile-site'
        WHEN site = 'desktop' OR max(CASE WHEN site = 'mobile-domain' THEN 1 ELSE 0 END) OVER (PARTITION BY stamp) = 1
          THEN 'desktop-site'
        ELSE 'all-sites' END AS access_site
      FROM dumped_devices
    ) AS sites CROSS JOIN ${TWICE} AS a WHERE a.of_all = 1 OR access_site <> 'all-sites'
  ) AS every GROUP BY project, access_site, stamp`;

const DOMAIN = sql`regexp_replace(regexp_replace(lower(f1), '\\.org$', ''), '^www\\.', '')`;

export const uniqueDevicesPerDomain: DumpFormat = {
  ...COMMON,
  name: 'unique-devices-per-domain',
  folder: 'unique-devices-per-domain',
  example: 'unique_devices_per_domain_daily-2021-01-01.gz',
  nameOf: nameOf('domain'),
  faults: [
    ...FAULTS,
    {
      reason: 'the domain is none',
      when: sql`NOT regexp_full_match(lower(f1), '[a-z0-9_-]+(\\.[a-z0-9_-]+){1,3}')`,
      example: '-\t1000\t234\t1234',
    },
    {
      reason: 'the access is neither desktop nor mobile web',
      when: sql`${HAS_ACCESS} AND NOT regexp_full_match(f2, 'desktop|mobile[ -]web')`,
      example: 'en.wikipedia.org\ttablet\t1000\t234\t1234',
    },
  ],
  columns: columnsOf(
    sql`regexp_replace(regexp_replace(${DOMAIN}, '(^|\\.)m\\.', '\\1'), '^\\.', '')`,
    sql`CASE WHEN regexp_matches(f1, '(^|\\.)m\\.') THEN 'mobile-domain' WHEN NOT (${HAS_ACCESS}) THEN ''
      WHEN f2 = 'desktop' THEN 'desktop' ELSE 'mobile' END`,
  ),
  feeds: [feedOf(BY_SITE)],
};

export const uniqueDevicesPerProjectFamily: DumpFormat = {
  ...COMMON,
  name: 'unique-devices-per-project-family',
  folder: 'unique-devices-per-project-family',
  example: 'unique_devices_per_project_family_daily-2021-01-01.gz',
  nameOf: nameOf('project_family'),
  faults: [
    ...FAULTS,
    {
      reason: 'the family is none',
      when: sql`NOT regexp_full_match(f1, '[a-z]+') OR ${HAS_ACCESS}`,
      example: 'Wikipedia!\t1000\t234\t1234',
    },
  ],
  columns: columnsOf(sql`concat('all-', f1, '-projects')`, sql`''`),
  feeds: [
    feedOf(sql`SELECT project, 'all-sites' AS access_site, stamp, sum(devices) AS devices, sum("offset") AS "offset",
      sum(underestimate) AS underestimate FROM dumped_devices GROUP BY project, stamp`),
  ],
};
