import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { access, agent, project } from './dimensions.ts';
import { VIEWS_OF_PROJECTS } from './view-family.ts';

export const pageviewsAggregate = defineMetric({
  name: 'pageviews-aggregate',
  title: 'Pageviews of a project',
  doc: 'How often the pages of a project, or of all projects together, were viewed.',
  source: 'AQS: page-analytics',
  caveats: [
    'Counting began in July 2015. `legacy-pagecounts-aggregate` has earlier numbers, by another definition.',
  ],
  path: '/pageviews/aggregate/{project}/{access}/{agent}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project, access, agent],
  measures: { views: count('views', 'Requests that count as pageviews.') },
  grains: { hourly: 'stored', daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['project'], column: ['access', 'agent'] },
  scope: ['project'],
  aggregate: VIEWS_OF_PROJECTS,
  examples: [
    {
      project: 'en.wikipedia',
      access: 'desktop',
      agent: 'user',
      granularity: 'monthly',
      start: '20200101',
      end: '20201231',
    },
    {
      project: 'en.wikipedia',
      access: 'mobile-web',
      agent: 'user',
      granularity: 'yearly',
      start: '20160101',
      end: '20201231',
    },
  ],
});
