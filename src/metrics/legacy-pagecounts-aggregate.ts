import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { accessSite, project } from './dimensions.ts';

export const legacyPagecountsAggregate = defineMetric({
  name: 'legacy-pagecounts-aggregate',
  title: 'Pagecounts of a project, until 2016',
  doc: 'How often the pages of a project were requested, by the definition used from December 2007 to August 2016, which includes crawlers.',
  source: 'AQS: page-analytics',
  caveats: [
    '`pageviews-aggregate` does not continue it, because it has another definition, without crawlers.',
  ],
  path: '/legacy/pagecounts/aggregate/{project}/{access-site}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project, accessSite],
  measures: { count: count('views', 'Requests for pages, by people and crawlers.') },
  grains: { hourly: 'stored', daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole', hour: 'always' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['project'], column: ['access-site'] },
  scope: ['project'],
  examples: [
    {
      project: 'en.wikipedia',
      'access-site': 'desktop-site',
      granularity: 'monthly',
      start: '2008010100',
      end: '2008123100',
    },
  ],
});
