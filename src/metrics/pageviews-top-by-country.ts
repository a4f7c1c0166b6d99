import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { access, country, project } from './dimensions.ts';
import { COUNTRIES_OF_PROJECTS } from './view-family.ts';

export const pageviewsTopByCountry = defineMetric({
  name: 'pageviews-top-by-country',
  title: 'Countries that view a project most',
  doc: 'The countries from which a project was viewed most in one month. Counts are rounded up for privacy, and also shown as a range.',
  source: 'AQS: page-analytics',
  caveats: ['Countries are ranked by the exact count before any of them is left out, so ranks have gaps.'],
  path: '/pageviews/top-by-country/{project}/{access}/{year}/{month}',
  shape: {
    kind: 'top',
    list: 'countries',
    entry: [country],
    rankBy: 'views_ceil',
    limit: 1000,
    fields: ['country', 'views', 'rank', 'views_ceil'],
  },
  home: 'series',
  dimensions: [project, access],
  measures: {
    views_ceil: count('views', 'Views by people, rounded up to a multiple of 1000.', {
      roundUpTo: 1000,
      least: 100,
      raw: 'views',
      bucket: 'views',
    }),
  },
  grains: { monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['project', 'access'], column: [] },
  scope: ['project'],
  aggregate: COUNTRIES_OF_PROJECTS,
  examples: [{ project: 'en.wikipedia', access: 'all-access', year: '2024', month: '01' }],
});
