import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { COMMONS_SERIES, mediaFile } from './commons-family.ts';

export const commonsMediaFileMetricsSnapshot = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-media-file-metrics-snapshot',
  title: 'A Commons file in figures',
  doc: 'On how many wikis and pages a file of Commons is shown at the end of a month.',
  path: '/commons-analytics/media-file-metrics-snapshot/{media-file}/{start}/{end}',
  dimensions: [mediaFile],
  measures: {
    'leveraging-wiki-count': count('wikis', 'Wikis that show the file.', { additive: false }),
    'leveraging-page-count': count('pages', 'Pages that show the file.', { additive: false }),
  },
  item: ['timestamp', 'leveraging-wiki-count', 'leveraging-page-count'],
  key: { row: ['media-file'], column: [] },
  examples: [{ 'media-file': 'The_Earth_seen_from_Apollo_17.jpg', start: '20231101', end: '20241101' }],
});
