import { defineMetric } from '../core/metric/metric.ts';
import {
  COMMONS_TOP,
  EDITS,
  category,
  categoryScope,
  editType,
  firstHundred,
  rankedEditor,
} from './commons-family.ts';

export const commonsTopEditorsMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-editors-monthly',
  title: 'Editors of a category',
  doc: 'The editors of the files of a category, ranked by edits.',
  path: '/commons-analytics/top-editors-monthly/{category}/{category-scope}/{edit-type}/{year}/{month}',
  shape: firstHundred([rankedEditor], EDITS),
  dimensions: [category, categoryScope, editType],
  measures: EDITS,
  key: { row: ['category', 'category-scope', 'edit-type'], column: [] },
  examples: [
    {
      category: 'Files_from_the_Biodiversity_Heritage_Library',
      'category-scope': 'deep',
      'edit-type': 'all-edit-types',
      year: '2023',
      month: '11',
    },
  ],
});
