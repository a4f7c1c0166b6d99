import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_TOP, VIEWS, category, categoryScope, firstHundred, wiki } from './commons-family.ts';

export const commonsTopViewedCategoriesMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-viewed-categories-monthly',
  title: 'Most viewed categories',
  doc: 'The categories of Commons whose files were on the pages viewed most.',
  path: '/commons-analytics/top-viewed-categories-monthly/{category-scope}/{wiki}/{year}/{month}',
  shape: firstHundred([category], VIEWS),
  dimensions: [categoryScope, wiki],
  measures: VIEWS,
  key: { row: ['category-scope', 'wiki'], column: [] },
  examples: [{ 'category-scope': 'deep', wiki: 'all-wikis', year: '2023', month: '11' }],
});
