import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { filePath, mediaAgent, referer } from './dimensions.ts';

export const mediarequestsPerFile = defineMetric({
  name: 'mediarequests-per-file',
  title: 'Requests for a media file',
  doc: 'How often one file was requested. A month is the sum of its days.',
  source: 'AQS: media-analytics',
  caveats: ['Agents and referers are distinguished since May 2019.'],
  path: '/mediarequests/per-file/{referer}/{agent}/{file_path}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [referer, mediaAgent, filePath],
  measures: { requests: count('requests', 'Requests for the file, in any size or encoding.') },
  grains: { daily: 'stored', monthly: 'stored or summed' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDDHH',
  item: ['referer', 'file_path', 'granularity', 'timestamp', 'agent', 'requests'],
  key: { row: ['referer', 'file_path'], column: ['agent'] },
  scope: ['referer'],
  examples: [
    {
      referer: 'all-referers',
      agent: 'all-agents',
      file_path: '/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png',
      granularity: 'daily',
      start: '20240101',
      end: '20240131',
    },
  ],
});
