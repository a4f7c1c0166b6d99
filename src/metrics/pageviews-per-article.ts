import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { access, agent, article, project } from './dimensions.ts';
import { VIEWS_OF_ARTICLES } from './view-family.ts';

export const pageviewsPerArticle = defineMetric({
  name: 'pageviews-per-article',
  title: 'Pageviews of an article',
  doc: 'How often one page was viewed. A month is the sum of its days; views of redirects are not included.',
  source: 'AQS: page-analytics',
  caveats: [
    'A day without views has no row in the source, so a gap may be a zero.',
    'Views count under the requested title: a page that was moved has views under both titles. `-` has views with an unknown title.',
  ],
  path: '/pageviews/per-article/{project}/{access}/{agent}/{article}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project, access, agent, article],
  measures: { views: count('views', 'Requests for the page that count as pageviews.') },
  grains: { daily: 'stored', monthly: 'stored or summed' },
  range: { end: 'inclusive', months: 'whole', hourly: 'invalid route' },
  timestamp: 'YYYYMMDDHH',
  item: ['project', 'article', 'granularity', 'timestamp', 'access', 'agent', 'views'],
  key: { row: ['project', 'article'], column: ['access', 'agent'] },
  scope: ['project'],
  aggregate: VIEWS_OF_ARTICLES,
  examples: [
    {
      project: 'de.wikipedia',
      access: 'desktop',
      agent: 'all-agents',
      article: 'Philip,_Duke_of_Edinburgh',
      granularity: 'daily',
      start: '20150701',
      end: '20150731',
    },
    {
      project: 'en.wikipedia',
      access: 'all-access',
      agent: 'user',
      article: 'Moonlight_(2016_film)',
      granularity: 'monthly',
      start: '20160101',
      end: '20161231',
    },
  ],
});
