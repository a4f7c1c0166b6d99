import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_TOP, VIEWS, firstHundred, mediaFile, rankedWiki } from './commons-family.ts';

export const commonsTopWikisPerMediaFileMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-wikis-per-media-file-monthly',
  title: 'Wikis that show a Commons file',
  doc: 'The wikis ranked by the views of their pages that show a file of Commons.',
  path: '/commons-analytics/top-wikis-per-media-file-monthly/{media-file}/{year}/{month}',
  shape: firstHundred([rankedWiki], VIEWS),
  dimensions: [mediaFile],
  measures: VIEWS,
  key: { row: ['media-file'], column: [] },
  examples: [{ 'media-file': 'The_Earth_seen_from_Apollo_17.jpg', year: '2023', month: '11' }],
});
