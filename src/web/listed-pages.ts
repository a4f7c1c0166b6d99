import type { ListedPage } from '../discovery/sitemap.ts';
import type { Road } from '../read/road.ts';
import { GUIDES } from './guides.ts';
import { sitesOf } from './site-dashboard.ts';

const ALWAYS = ['/', '/docs', '/catalogue', '/docs/clients', '/docs/limits', '/docs/licence', '/dashboards'];

/** The pages that search engines may list. */
export function listedPages(road: Road): ListedPage[] {
  const { metrics, dashboards, graphs } = road.catalogue;
  return [
    ...ALWAYS,
    ...GUIDES.map(({ name }) => `/docs/guides/${name}`),
    ...[...dashboards.keys()].map((id) => `/dashboards/${id}`),
    ...[...graphs.keys()].map((id) => `/graphs/${id}`),
    ...sitesOf(road).map((site) => `/sites/${encodeURIComponent(site)}`),
  ]
    .map((path): ListedPage => ({ path }))
    .concat(metrics.map(({ name }) => ({ path: `/docs/${name}`, metric: name })));
}
