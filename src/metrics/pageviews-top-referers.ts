import { defineMetric } from '../core/metric/metric.ts';
import { access, project, rankedReferer, refererClass } from './dimensions.ts';
import { FEW_VIEWS, OWN_SITES, REFERERS_OF_PROJECTS, SITE_TOP, VIEWS_ROUNDED } from './view-family.ts';

export const pageviewsTopReferers = defineMetric({
  ...SITE_TOP,
  name: 'pageviews-top-referers',
  title: 'Where the visitors of a site come from',
  doc: 'The sites whose links led people to the pages of a site, on one day or in one month, by rank, with the class of each.',
  caveats: [OWN_SITES, FEW_VIEWS],
  path: '/pageviews/top-referers/{project}/{access}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'referers',
    entry: [rankedReferer, refererClass],
    rankBy: 'views_ceil',
    limit: 1000,
    fields: ['referer', 'referer_class', 'views_ceil', 'rank'],
  },
  dimensions: [project, access],
  measures: VIEWS_ROUNDED,
  aggregate: REFERERS_OF_PROJECTS,
});
