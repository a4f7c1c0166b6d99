import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { filePath, mediaType, referer } from './dimensions.ts';

export const mediarequestsTop = defineMetric({
  name: 'mediarequests-top',
  title: 'Most requested media files',
  doc: 'The files that people requested most on one day or in one month, by rank, without crawlers.',
  source: 'AQS: media-analytics',
  path: '/mediarequests/top/{referer}/{media_type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'files',
    entry: [filePath],
    rankBy: 'requests',
    limit: 1000,
    fields: ['file_path', 'requests', 'rank'],
    ranks: {
      metric: 'mediarequests-per-file',
      entry: 'file_path',
      fixed: { agent: 'user' },
      only: { media_type: 'all-media-types' },
    },
  },
  home: 'series',
  dimensions: [referer, mediaType],
  measures: { requests: count('requests', 'Requests for the file by people, in any size or encoding.') },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  key: { row: ['referer', 'media_type'], column: [] },
  scope: ['referer'],
  examples: [
    { referer: 'all-referers', media_type: 'all-media-types', year: '2024', month: '01', day: 'all-days' },
  ],
});
