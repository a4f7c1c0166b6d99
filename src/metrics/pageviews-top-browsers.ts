import { defineMetric } from '../core/metric/metric.ts';
import { access, browser, project, system } from './dimensions.ts';
import { BROWSERS_OF_PROJECTS, FEW_VIEWS, OWN_SITES, SITE_TOP, VIEWS_ROUNDED } from './view-family.ts';

export const pageviewsTopBrowsers = defineMetric({
  ...SITE_TOP,
  name: 'pageviews-top-browsers',
  title: 'Browsers and systems of the visitors of a site',
  doc: 'The browsers with which people viewed the pages of a site, and the systems that they ran on, on one day or in one month, by rank.',
  caveats: [OWN_SITES, FEW_VIEWS],
  path: '/pageviews/top-browsers/{project}/{access}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    list: 'browsers',
    entry: [browser, system],
    rankBy: 'views_ceil',
    limit: 1000,
    fields: ['browser', 'system', 'views_ceil', 'rank'],
  },
  dimensions: [project, access],
  measures: VIEWS_ROUNDED,
  aggregate: BROWSERS_OF_PROJECTS,
});
