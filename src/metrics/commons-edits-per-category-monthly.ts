import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_SERIES, EDITS, category, categoryScope, editType } from './commons-family.ts';

export const commonsEditsPerCategoryMonthly = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-edits-per-category-monthly',
  title: 'Edits of a category',
  doc: 'How often the files of a category were edited.',
  path: '/commons-analytics/edits-per-category-monthly/{category}/{category-scope}/{edit-type}/{start}/{end}',
  dimensions: [category, categoryScope, editType],
  measures: EDITS,
  item: ['timestamp', 'edit-count'],
  key: { row: ['category'], column: ['category-scope', 'edit-type'] },
  examples: [
    {
      category: 'Files_from_the_Biodiversity_Heritage_Library',
      'category-scope': 'deep',
      'edit-type': 'all-edit-types',
      start: '20231101',
      end: '20241101',
    },
  ],
});
