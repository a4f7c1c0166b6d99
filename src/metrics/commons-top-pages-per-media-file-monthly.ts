import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_TOP, VIEWS, firstHundred, mediaFile, pageTitle, pageWiki, wiki } from './commons-family.ts';

export const commonsTopPagesPerMediaFileMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-pages-per-media-file-monthly',
  title: 'Pages that show a Commons file',
  doc: 'The most viewed pages that show a file of Commons.',
  path: '/commons-analytics/top-pages-per-media-file-monthly/{media-file}/{wiki}/{year}/{month}',
  shape: firstHundred([pageWiki, pageTitle], VIEWS),
  dimensions: [mediaFile, wiki],
  measures: VIEWS,
  key: { row: ['media-file', 'wiki'], column: [] },
  examples: [
    { 'media-file': 'The_Earth_seen_from_Apollo_17.jpg', wiki: 'all-wikis', year: '2023', month: '11' },
  ],
});
