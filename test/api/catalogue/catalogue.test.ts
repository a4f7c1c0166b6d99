import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fieldName } from '../../../src/core/metric/graphql-names.ts';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { defineMetric } from '../../../src/core/metric/metric.ts';
import { count } from '../../../src/core/metric/measure.ts';
import { project } from '../../../src/metrics/dimensions.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/** A metric that isn't built in. All numbers are made up for the tests. */
const visits = defineMetric({
  name: 'test-visits',
  title: 'Visits',
  doc: 'How often somebody came by.',
  source: 'these tests',
  path: '/visits/{project}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project],
  measures: { visits: count('visits', 'Visits.') },
  grains: { daily: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDD',
  key: { row: ['project'], column: [] },
  scope: ['project'],
  examples: [{ project: 'en.wikipedia', granularity: 'daily', start: '20240101', end: '20240131' }],
});
const DEVICES = '/metrics/unique-devices/en.wikipedia/all-sites/daily/20240101/20240110';
const VISITS = '/metrics/visits/en.wikipedia/daily/20240101/20240131';
const EDITS = '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240401';

const BUILT_IN = makeCatalogue(METRICS);
const faults = new Faults();
let gateway: Gateway;
before(async () => {
  gateway = await startGateway({
    metrics: [...METRICS, visits],
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  const day = { project: 'en.wikipedia', granularity: 'daily' };
  await gateway.load('test-visits', [{ ...day, timestamp: '20240105', visits: 3 }]);
  await gateway.load(
    'unique-devices',
    ['20240101', '20240102', '20240105'].map((timestamp, i) => ({
      ...day,
      'access-site': 'all-sites',
      timestamp,
      devices: 3 + i,
      offset: 1,
      underestimate: 2 + i,
    })),
  );
  await gateway.load('edits-aggregate', [
    {
      project: 'en.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      results: [{ timestamp: '2024-02-01T00:00:00.000Z', edits: 5 }],
    },
  ]);
  gateway.app.road.replaceCatalogue(BUILT_IN);
});
after(() => gateway.close());

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly dimensions: readonly { name: string; values?: string[] }[];
  readonly granularities: readonly string[];
  readonly coverage: Readonly<Record<string, { from: string; to: string; scopes: number }>>;
  readonly limits: { readonly points: number };
  readonly examples: readonly string[];
  readonly loaded: boolean;
  readonly scopes?: unknown;
}

async function bodyOf<Body>(path: string): Promise<Body> {
  const response = await gateway.get(path).set('host', 'kraken');
  assert.equal(response.status, 200, response.text);
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8');
  return response.body as Body;
}

const names = async (): Promise<string[]> =>
  (await bodyOf<{ metrics: Entry[] }>('/catalogue')).metrics.map(({ name }) => name);

describe('/catalogue', () => {
  test('lists every metric by name, with dimensions, granularities, limits and examples', async () => {
    const { metrics } = await bodyOf<{ metrics: Entry[] }>('/catalogue');
    assert.deepEqual(
      metrics.map(({ name }) => name),
      METRICS.map(({ name }) => name),
    );
    for (const [i, metric] of METRICS.entries()) {
      const entry = metrics[i] as Entry;
      assert.equal(entry.path, `/metrics${metric.path}`);
      assert.deepEqual(
        entry.dimensions.map(({ name, values }) => [name, values]),
        metric.dimensions.map(({ name, values }) => [name, values]),
      );
      assert.deepEqual(new Set(entry.granularities), new Set(Object.keys(metric.grains)));
      assert.deepEqual(entry.limits, { points: 50_000 });
      assert.equal(entry.examples.length, metric.examples.length);
    }
  });

  test('comes as JSON, and says so to who asks for another form', async () => {
    for (const path of ['/catalogue', '/catalogue/unique-devices', '/openapi.json']) {
      const csv = await gateway.get(`${path}?format=csv`);
      const { parameter, allowed } = csv.body as { parameter: string; allowed: string[] };
      assert.deepEqual([csv.status, parameter, allowed], [400, 'format', ['json']], path);
      assert.equal((await gateway.get(`${path}?format=json`)).status, 200, path);
    }
    const table = await gateway.get('/catalogue').set('accept', 'text/csv');
    assert.deepEqual(
      [table.status, (table.body as { allowed: string[] }).allowed],
      [406, ['application/json', 'text/html']],
    );
  });

  test('marks the metrics of which nothing is loaded, whose examples have no answer', async () => {
    const { metrics } = await bodyOf<{ metrics: Entry[] }>('/catalogue');
    const [loaded, others] = [true, false].map((is) => metrics.filter((metric) => metric.loaded === is));
    assert.ok(loaded?.some(({ name }) => name === 'edits-aggregate'));
    for (const { name, examples } of others ?? []) {
      const path = (examples[0] as string).replace('http://kraken', '');
      const response = await gateway.get(path);
      const { reason } = response.body as { reason?: string };
      assert.deepEqual([response.status, reason], [404, 'not-loaded'], name);
    }
  });

  test('it, and the description of the API, are sent anew only when they changed, and packed', async () => {
    for (const path of ['/catalogue', '/catalogue/unique-devices', '/openapi.json']) {
      const first = await gateway.get(path).set('host', 'kraken').set('accept-encoding', 'gzip');
      assert.equal(first.headers['content-encoding'], 'gzip', path);
      const again = await gateway
        .get(path)
        .set('host', 'kraken')
        .set('if-none-match', first.headers['etag'] as string);
      assert.equal(again.status, 304, path);
    }
  });

  test('says what is loaded, from the first period to the last', async () => {
    const { metrics } = await bodyOf<{ metrics: Entry[] }>('/catalogue');
    const loaded = Object.fromEntries(metrics.map(({ name, coverage }) => [name, coverage]));
    assert.deepEqual(loaded['unique-devices'], {
      daily: { from: '2024-01-01', to: '2024-01-05', scopes: 1 },
    });
    assert.deepEqual(loaded['edits-aggregate'], {
      monthly: { from: '2024-02-01', to: '2024-02-01', scopes: 1 },
    });
    assert.deepEqual(loaded['pageviews-top'], {});
  });

  test('/catalogue/NAME describes one of them, with the loaded data of each scope', async () => {
    const { scopes, ...entry } = await bodyOf<Entry>('/catalogue/unique-devices');
    const { metrics } = await bodyOf<{ metrics: Entry[] }>('/catalogue');
    assert.deepEqual(
      entry,
      metrics.find(({ name }) => name === 'unique-devices'),
    );
    const part = (from: string, to: string): object => ({ from, to, complete: false });
    const parts = [part('2024-01-01', '2024-01-02'), part('2024-01-05', '2024-01-05')];
    assert.deepEqual(scopes, { daily: { 'en.wikipedia': parts } });
  });

  test('an unknown name is a problem that lists those there are', async () => {
    const response = await gateway.get('/catalogue/unique-device');
    assert.equal(response.status, 400);
    assert.match(response.headers['content-type'] ?? '', /^application\/problem\+json/);
    const { code, parameter, allowed } = response.body as Record<string, unknown>;
    assert.deepEqual([code, parameter], ['invalid-parameter', 'name']);
    assert.deepEqual(
      allowed,
      METRICS.map(({ name }) => name),
    );
  });
});

test('/ links to what there is, and each link leads somewhere', async () => {
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  const { links } = (await (await fetch(`${gateway.app.api.listeningOrigin}/`)).json()) as {
    links: Record<string, string>;
  };
  assert.deepEqual(Object.keys(links), [
    'catalogue',
    'metrics',
    'query',
    'graphql',
    'corrections',
    'openapi',
  ]);
  const asked: Record<string, string> = {
    query: '?metric=edits-aggregate&range=2021&dryRun=true',
    graphql: '?query=%7B__typename%7D',
  };
  for (const [name, link] of Object.entries(links)) {
    const url = link + (asked[name] ?? '');
    assert.equal((await fetch(url)).status, 200, url);
  }
});

test('/openapi.json is OpenAPI 3.1 and has the path of every metric', async () => {
  const { openapi, paths } = await bodyOf<{ openapi: string; paths: object }>('/openapi.json');
  assert.match(openapi, /^3\.1\./);
  assert.deepEqual(
    Object.keys(paths).filter((path) => path.startsWith('/metrics')),
    METRICS.map(({ path }) => `/metrics${path}`),
  );
});

describe('links', () => {
  /** The address that links begin with, for a caller who sends these headers through a proxy on this host. */
  async function baseFor(flags: Record<string, string>): Promise<string> {
    const other = await startGateway({ metrics: [visits], flags });
    try {
      const response = await other
        .get('/catalogue/test-visits')
        .set({ host: 'inside:8080', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'stats.example.org' });
      const [example = ''] = (response.body as Entry).examples;
      assert.ok(example.endsWith(VISITS), example);
      return example.slice(0, -VISITS.length);
    } finally {
      await other.close();
    }
  }

  test('begin with the address that the caller used', async () => {
    assert.equal(await baseFor({}), 'http://inside:8080');
  });

  test('begin with what a trusted proxy says the caller used; others are not believed', async () => {
    assert.equal(await baseFor({ trustedProxies: 'loopback' }), 'https://stats.example.org');
    assert.equal(await baseFor({ trustedProxies: '10.0.0.0/8' }), 'http://inside:8080');
  });

  test('begin with the public address where one is set, whatever anybody says', async () => {
    const publicUrl = 'https://api.example.org/stats/';
    assert.equal(await baseFor({ publicUrl, trustedProxies: 'loopback' }), 'https://api.example.org/stats');
  });
});

describe('a catalogue that is replaced', () => {
  const changed = makeCatalogue([...METRICS.filter(({ name }) => name !== 'unique-devices'), visits]);
  after(() => gateway.app.road.replaceCatalogue(BUILT_IN));

  const status = async (path: string): Promise<number> => (await gateway.get(path)).status;
  const openApiPaths = async (): Promise<string[]> =>
    Object.keys((await bodyOf<{ paths: object }>('/openapi.json')).paths);
  const graphql = async (query: string): Promise<unknown> =>
    (await gateway.agent().post('/graphql').send({ query })).body;
  const fields = async (): Promise<string[]> => {
    const { data } = (await graphql('{ schema: __schema { queryType { fields { name } } } }')) as {
      data: { schema: { queryType: { fields: { name: string }[] } } };
    };
    return data.schema.queryType.fields.map(({ name }) => name);
  };

  test('is what every interface serves from the next request on', async () => {
    assert.deepEqual([await status(DEVICES), await status(VISITS)], [200, 404]);
    assert.ok((await fields()).includes(fieldName('unique-devices')));

    gateway.app.road.replaceCatalogue(changed);

    assert.deepEqual([await status(DEVICES), await status(VISITS)], [404, 200]);
    assert.deepEqual(
      await names(),
      changed.metrics.map(({ name }) => name),
    );
    assert.equal(await status('/catalogue/unique-devices'), 400);
    assert.equal(await status('/catalogue/test-visits'), 200);
    const paths = await openApiPaths();
    assert.ok(paths.includes(`/metrics${visits.path}`));
    assert.ok(!paths.some((path) => path.startsWith('/metrics/unique-devices')));
    const known = await fields();
    assert.ok(known.includes(fieldName('test-visits')));
    assert.ok(!known.includes(fieldName('unique-devices')));
    const query =
      '{ testVisits(project: "en.wikipedia", start: "2024-01-01", end: "2024-01-31") { visits } }';
    const { data } = (await graphql(query)) as { data: unknown };
    assert.deepEqual(data, { testVisits: { visits: [3] } });
  });

  test('leaves the requests under way the one they began with', async () => {
    faults.hang();
    const query =
      '{ editsAggregate(project: "en.wikipedia", editorType: USER, pageType: CONTENT, grain: MONTHLY, start: "2024-01-01", end: "2024-03-01") { edits } }';
    const begun = async (selects: number): Promise<void> => {
      while (faults.selects < selects) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const { selects } = faults;
    const rest = gateway.get(EDITS).then((response) => response);
    await begun(selects + 1);
    const graph = graphql(query);
    await begun(selects + 2);
    gateway.app.road.replaceCatalogue(makeCatalogue([visits]));
    assert.equal(await status(EDITS), 404);
    faults.resume();
    assert.equal((await rest).status, 200);
    assert.deepEqual(((await graph) as { data: unknown }).data, { editsAggregate: { edits: [5] } });
  });
});
