import { count } from '../core/metric/measure.ts';
import { defineMetric } from '../core/metric/metric.ts';
import { previousPage, project, sitePage } from './dimensions.ts';
import { FEW_VIEWS, PREVIOUS_OF_ARTICLES, SITE_TOP } from './view-family.ts';

export const clickstream = defineMetric({
  ...SITE_TOP,
  name: 'clickstream',
  title: 'Where the readers of a page come from',
  doc: 'The pages of a site that led people to another of its pages, on one day or in one month, by rank, beside the kinds of other origins.',
  caveats: [
    'Sites whose views Kraken collects have lists, and wikis whose public clickstream was imported.',
    FEW_VIEWS,
  ],
  path: '/clickstream/{project}/{article}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'previous_pages',
    entry: [previousPage],
    rankBy: 'views',
    limit: 1000,
    fields: ['previous', 'views', 'rank'],
  },
  dimensions: [project, sitePage],
  measures: { views: count('views', 'Views by people.', { least: 10 }) },
  key: { row: ['project', 'article'], column: [] },
  aggregate: PREVIOUS_OF_ARTICLES,
  examples: [{ project: 'blog.example.net', article: '/meadow', year: '2026', month: '11', day: 'all-days' }],
});
