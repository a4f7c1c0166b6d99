import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_SERIES, VIEWS, categoryOrAll, categoryScope, wiki } from './commons-family.ts';

export const commonsPageviewsPerCategoryMonthly = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-pageviews-per-category-monthly',
  title: 'Views of a category',
  doc: 'How often pages that show the files of a category were viewed.',
  path: '/commons-analytics/pageviews-per-category-monthly/{category}/{category-scope}/{wiki}/{start}/{end}',
  dimensions: [categoryOrAll, categoryScope, wiki],
  measures: VIEWS,
  item: ['timestamp', 'pageview-count'],
  key: { row: ['category'], column: ['category-scope', 'wiki'] },
  examples: [
    {
      category: 'Files_from_the_Biodiversity_Heritage_Library',
      'category-scope': 'deep',
      wiki: 'all-wikis',
      start: '20231101',
      end: '20241101',
    },
  ],
});
