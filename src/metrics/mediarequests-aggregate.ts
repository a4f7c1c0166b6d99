import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { mediaAgent, mediaType, referer } from './dimensions.ts';

export const mediarequestsAggregate = defineMetric({
  name: 'mediarequests-aggregate',
  title: 'Requests for media files',
  doc: 'How often images, sound, video and documents were requested, by where the request came from.',
  source: 'AQS: media-analytics',
  caveats: ['Agents and referers are distinguished since May 2019.'],
  path: '/mediarequests/aggregate/{referer}/{media_type}/{agent}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [referer, mediaType, mediaAgent],
  measures: { requests: count('requests', 'Requests for media files, in any size or encoding.') },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['referer'], column: ['media_type', 'agent'] },
  scope: ['referer'],
  examples: [
    {
      referer: 'all-referers',
      media_type: 'all-media-types',
      agent: 'all-agents',
      granularity: 'monthly',
      start: '20200101',
      end: '20200229',
    },
  ],
});
