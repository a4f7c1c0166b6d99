import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { MOST_VIEWED_IN_COUNTRIES } from './view-family.ts';
import { access, article, country, project } from './dimensions.ts';

export const pageviewsTopPerCountry = defineMetric({
  name: 'pageviews-top-per-country',
  title: 'Most viewed articles in a country',
  doc: 'The pages of all projects that were viewed most from one country on one day. Counts are rounded up for privacy.',
  source: 'AQS: page-analytics',
  caveats: [
    'Only pages that more than 1000 different people viewed from the country on that day are listed. Pages are ranked by the exact count.',
    'Lists begin in 2021. There are no lists of months.',
  ],
  path: '/pageviews/top-per-country/{country}/{access}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'articles',
    entry: [article, project],
    rankBy: 'views_ceil',
    limit: 1000,
    fields: ['article', 'project', 'views_ceil', 'rank'],
  },
  home: 'series',
  dimensions: [country, access],
  measures: {
    views_ceil: count('views', 'Views by people, rounded up to a multiple of 100.', {
      roundUpTo: 100,
      raw: 'views',
    }),
  },
  grains: { daily: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['country', 'access'], column: [] },
  scope: ['country'],
  aggregate: MOST_VIEWED_IN_COUNTRIES,
  examples: [{ country: 'FR', access: 'all-access', year: '2024', month: '01', day: '01' }],
});
