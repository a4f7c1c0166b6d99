import type { Dashboard, Graph } from '../../../src/core/metric/dashboard.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../../support/gateway.ts';

/* All numbers are made up for the tests. */

export const NOW = Date.parse('2024-03-10T12:00:00Z');
const DAYS = 60;

const dayOf = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const stamp = (date: string): string => `${date.replaceAll('-', '')}00`;

export const PATHS = {
  cat: '/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/latest',
  pets: '/pageviews/per-article/en.wikipedia/all-access/user/Cat%7CDog%7C%22Heroes%22%2C_C%23%2F%2FD/daily/20240101/20240229',
  hours: '/pageviews/aggregate/en.wikipedia/all-access/user/hourly/2024010100/2024010223',
  days: '/pageviews/aggregate/en.wikipedia%7Cde.wikipedia/all-access/user/daily/20240101/20240110',
  devices: '/unique-devices/en.wikipedia/all-sites/monthly/20240101/20240301',
  edits: '/edits/aggregate/en.wikipedia/user/content/monthly/20240101/latest',
  absent: '/pageviews/per-article/fr.wikipedia/all-access/user/Chat/daily/20240101/20240131',
  list: '/pageviews/top/en.wikipedia/all-access/2024/02/01',
} as const;

export const GRAPHS: readonly Graph[] = [
  { id: 'cat', title: 'Cat', data: [{ path: PATHS.cat }] },
  { id: 'pets', title: 'Pets', doc: 'Of *all* kinds.', data: [{ path: PATHS.pets }], scale: 'log' },
  { id: 'hours', title: 'Hours', data: [{ path: PATHS.hours }] },
  { id: 'days', title: 'Days', data: [{ path: PATHS.days }] },
  { id: 'devices', title: 'Devices', data: [{ path: PATHS.devices, measure: 'underestimate' }] },
  { id: 'edits', title: 'Edits', data: [{ path: PATHS.edits, label: 'by people, on content' }] },
  {
    id: 'mixed',
    title: 'Days and months',
    data: [{ path: PATHS.cat, label: 'Cat' }, { path: PATHS.edits }, { path: PATHS.devices }],
  },
  { id: 'partly', title: 'With what is not there', data: [{ path: PATHS.cat }, { path: PATHS.list }] },
];

/** The form of a graph that needs no graph: the URL of a datafile, with Limn's own options. */
export const BARE =
  'http://kraken.example.org/limn/data/datafiles/unique-devices~en.wikipedia~all-sites~monthly~20240101~20240301.csv?type=line&name=Devices';

export const DASHBOARDS: readonly Dashboard[] = [
  {
    id: 'pets-and-devices',
    headline: 'Pets & devices',
    subhead: 'All that counts',
    tabs: [
      { name: 'Pets', graphs: ['cat', 'pets', 'mixed', 'no-such-graph', 'partly'] },
      { name: 'Others', graphs: ['hours', 'days', 'devices', 'edits', BARE] },
      { name: 'A question', graphs: [idOf(PATHS.days)] },
    ],
  },
];

function idOf(path: string): string {
  return decodeURIComponent(path.slice(1)).replaceAll('/', '~').replaceAll('|', '!7C');
}

export async function startLimnGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway({
    clock: { now: () => NOW },
    views: { graphs: GRAPHS, dashboards: DASHBOARDS },
    ...options,
  });
  const row = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };
  const articles = { Cat: [1, 0], Dog: [100, 3], '"Heroes",_C#//D': [7, 2] };
  await gateway.load(
    'pageviews-per-article',
    Object.entries(articles).flatMap(([article, [views = 0, gap = 0]]) =>
      Array.from({ length: DAYS }, (_, i) => i)
        .filter((i) => gap === 0 || i % gap !== 1)
        .map((i) => ({ ...row, article, timestamp: stamp(dayOf(i)), views: views + i })),
    ),
  );
  await gateway.load('pageviews-aggregate', [
    ...['en.wikipedia', 'de.wikipedia'].flatMap((project, p) =>
      Array.from({ length: 10 }, (_, i) => i)
        .filter((i) => p === 0 || i !== 4)
        .map((i) => ({ ...row, project, timestamp: stamp(dayOf(i)), views: 1000 * (p + 1) + i })),
    ),
    ...Array.from({ length: 48 }, (_, i) => {
      const timestamp = new Date(Date.UTC(2024, 0, 1, i)).toISOString().replace(/\D/g, '').slice(0, 10);
      return { ...row, granularity: 'hourly', timestamp, views: i * i };
    }),
  ]);
  await gateway.load(
    'unique-devices',
    [1, 2, 3].map((month) => ({
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'monthly',
      timestamp: `20240${month}01`,
      devices: month * 100,
      offset: month * 10,
      underestimate: month * 90,
    })),
  );
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [1, 2].map((month) => ({ timestamp: `2024-0${month}-01T00:00:00.000Z`, edits: month })),
    },
  ]);
  return gateway;
}
