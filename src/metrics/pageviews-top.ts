import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { access, article, project } from './dimensions.ts';
import { MOST_VIEWED } from './view-family.ts';

export const pageviewsTop = defineMetric({
  name: 'pageviews-top',
  title: 'Most viewed articles of a project',
  doc: 'The pages that people viewed most on one day or in one month, by rank. Crawlers are left out.',
  source: 'AQS: page-analytics',
  caveats: ['Main pages, special pages and searches are ranked like articles.'],
  path: '/pageviews/top/{project}/{access}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'articles',
    entry: [article],
    rankBy: 'views',
    limit: 1000,
    fields: ['article', 'views', 'rank'],
    ranks: { metric: 'pageviews-per-article', entry: 'article', fixed: { agent: 'user' } },
  },
  home: 'series',
  dimensions: [project, access],
  measures: { views: count('views', 'Requests by people that count as pageviews.') },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['project', 'access'], column: [] },
  scope: ['project'],
  aggregate: MOST_VIEWED,
  examples: [{ project: 'en.wikipedia', access: 'all-access', year: '2024', month: '12', day: '15' }],
});
