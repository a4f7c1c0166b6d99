import { closed, text } from '../core/metric/dimension.ts';
import { defineMetric } from '../core/metric/metric.ts';
import { project } from './dimensions.ts';

const GAPS =
  'gender, time, multimedia_illustration, geography_cultural_region, geography_wmf_region, geography_continent, geography_country';

const contentGap = text(
  'content_gap',
  'What is compared, such as the gender of the people in articles, or countries.',
  {
    example: 'gender',
    allowed: `a gap such as ${GAPS}`,
  },
);

const gapCategory = text('category', 'One side of the gap, or `all-categories`.', {
  example: 'all-categories',
  allowed: 'a category of the gap, or all-categories',
  total: 'all-categories',
});

/** AQS's path doesn't name the metric: all are answered. */
const gapMetric = closed(
  'metric',
  'What was measured about the articles.',
  [
    'article_count',
    'pageviews_mean',
    'pageviews_sum',
    'quality_score',
    'standard_quality',
    'standard_quality_count',
  ],
  { kind: 'knowledge-gap-metric' },
);

export const knowledgeGapPerCategory = defineMetric({
  name: 'knowledge-gap-per-category',
  title: 'Content gaps',
  doc: 'Articles on one side of a content gap: how many there are, how good they are, how often they are viewed.',
  source: 'AQS: knowledge-gap',
  path: '/knowledge-gap/per-category/{project}/{content_gap}/{category}/{start}/{end}',
  shape: { kind: 'series', timestamp: 'dt' },
  home: 'series',
  dimensions: [project, contentGap, gapCategory, gapMetric],
  measures: {
    value: { doc: 'The value of the metric.', kind: 'decimal', unit: 'the metric', additive: false },
  },
  grains: { monthly: 'stored' },
  // AQS v1 and its tests: the month that begins at the start isn't part of the answer.
  range: { start: 'exclusive', end: 'inclusive', months: 'as stored' },
  timestamp: 'YYYYMMDD',
  item: ['timestamp', 'project', 'content_gap', 'category', 'metric', 'value'],
  key: { row: ['project', 'content_gap', 'category'], column: ['metric'] },
  scope: ['project'],
  examples: [
    {
      project: 'en.wikipedia',
      content_gap: 'gender',
      category: 'all-categories',
      start: '20230101',
      end: '20231201',
    },
  ],
});
