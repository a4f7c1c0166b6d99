import { defineMetric } from '../core/metric/metric.ts';
import {
  COMMONS_TOP,
  VIEWS,
  category,
  categoryScope,
  firstHundred,
  mediaFile,
  wiki,
} from './commons-family.ts';

export const commonsTopViewedMediaFilesMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-viewed-media-files-monthly',
  title: 'Most viewed files of a category',
  doc: 'The files of a category that were on the pages viewed most.',
  path: '/commons-analytics/top-viewed-media-files-monthly/{category}/{category-scope}/{wiki}/{year}/{month}',
  shape: firstHundred([mediaFile], VIEWS),
  dimensions: [category, categoryScope, wiki],
  measures: VIEWS,
  key: { row: ['category', 'category-scope', 'wiki'], column: [] },
  examples: [
    {
      category: 'Files_from_the_Biodiversity_Heritage_Library',
      'category-scope': 'deep',
      wiki: 'all-wikis',
      year: '2023',
      month: '11',
    },
  ],
});
