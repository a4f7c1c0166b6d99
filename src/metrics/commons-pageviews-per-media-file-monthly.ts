import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_SERIES, VIEWS, mediaFile, wiki } from './commons-family.ts';

export const commonsPageviewsPerMediaFileMonthly = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-pageviews-per-media-file-monthly',
  title: 'Views of a Commons file',
  doc: 'How often pages that show a file of Commons were viewed.',
  path: '/commons-analytics/pageviews-per-media-file-monthly/{media-file}/{wiki}/{start}/{end}',
  dimensions: [mediaFile, wiki],
  measures: VIEWS,
  item: ['timestamp', 'pageview-count'],
  key: { row: ['media-file'], column: ['wiki'] },
  examples: [
    {
      'media-file': 'The_Earth_seen_from_Apollo_17.jpg',
      wiki: 'all-wikis',
      start: '20231101',
      end: '20241101',
    },
  ],
});
