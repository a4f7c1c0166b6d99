import { defineMetric } from '../core/metric/metric.ts';
import { count, type Measure } from '../core/metric/measure.ts';
import { category, COMMONS_SERIES } from './commons-family.ts';

/** A number at the end of a month. Such numbers can't be added up. */
const inAll = (unit: string, doc: string): Measure => count(unit, doc, { additive: false });

export const commonsCategoryMetricsSnapshot = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-category-metrics-snapshot',
  title: 'A category in figures',
  doc: 'How many files a category of Commons has, and where they are used, at the end of a month. Measures that end in deep count its whole tree.',
  path: '/commons-analytics/category-metrics-snapshot/{category}/{start}/{end}',
  dimensions: [category],
  measures: {
    'media-file-count': inAll('files', 'Files in the category.'),
    'media-file-count-deep': inAll('files', 'Files in its tree.'),
    'used-media-file-count': inAll('files', 'Files in the category that some page shows.'),
    'used-media-file-count-deep': inAll('files', 'Files in its tree that some page shows.'),
    'leveraging-wiki-count': inAll('wikis', 'Wikis that show files of the category.'),
    'leveraging-wiki-count-deep': inAll('wikis', 'Wikis that show files of its tree.'),
    'leveraging-page-count': inAll('pages', 'Pages that show files of the category.'),
    'leveraging-page-count-deep': inAll('pages', 'Pages that show files of its tree.'),
  },
  item: [
    'timestamp',
    'media-file-count',
    'media-file-count-deep',
    'used-media-file-count',
    'used-media-file-count-deep',
    'leveraging-wiki-count',
    'leveraging-wiki-count-deep',
    'leveraging-page-count',
    'leveraging-page-count-deep',
  ],
  key: { row: ['category'], column: [] },
  examples: [
    { category: 'Files_from_the_Biodiversity_Heritage_Library', start: '20231101', end: '20241101' },
  ],
});
