import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_TOP, VIEWS, category, categoryScope, firstHundred, rankedWiki } from './commons-family.ts';

export const commonsTopWikisPerCategoryMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-wikis-per-category-monthly',
  title: 'Wikis that show a category',
  doc: 'The wikis ranked by the views of their pages that show files of a category.',
  path: '/commons-analytics/top-wikis-per-category-monthly/{category}/{category-scope}/{year}/{month}',
  shape: firstHundred([rankedWiki], VIEWS),
  dimensions: [category, categoryScope],
  measures: VIEWS,
  key: { row: ['category', 'category-scope'], column: [] },
  examples: [
    {
      category: 'Files_from_the_Biodiversity_Heritage_Library',
      'category-scope': 'deep',
      year: '2023',
      month: '11',
    },
  ],
});
