import { defineMetric } from '../core/metric/metric.ts';
import {
  COMMONS_TOP,
  VIEWS,
  category,
  categoryScope,
  firstHundred,
  pageTitle,
  pageWiki,
  wiki,
} from './commons-family.ts';

export const commonsTopPagesPerCategoryMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-pages-per-category-monthly',
  title: 'Pages that show a category',
  doc: 'The most viewed pages that show files of a category.',
  path: '/commons-analytics/top-pages-per-category-monthly/{category}/{category-scope}/{wiki}/{year}/{month}',
  shape: firstHundred([pageWiki, pageTitle], VIEWS),
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
