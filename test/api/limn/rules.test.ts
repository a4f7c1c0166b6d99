import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { exampleUrl } from '../../../src/api/catalogue/catalogue.ts';
import { sourceIdOf } from '../../../src/api/limn/source-id.ts';
import type { Gateway } from '../../support/gateway.ts';
import { DASHBOARDS, GRAPHS, PATHS, startLimnGateway } from './fixture.ts';

/* What a server must answer for Limn, rule by rule; each was found by watching Limn itself. */

let gateway: Gateway;
before(async () => {
  gateway = await startLimnGateway({ flags: { publicUrl: 'https://kraken.example.org/api' } });
});
after(() => gateway.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  gateway.app.api.inject({ url: path, headers });
async function json<T>(path: string): Promise<T> {
  const { statusCode, headers, body } = await get(path);
  assert.equal(statusCode, 200, `${path} ${body}`);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  return JSON.parse(body) as T;
}
const id = sourceIdOf(PATHS.pets);
const file = (path: string, suffix: string): string => `/data/datafiles/${sourceIdOf(path)}${suffix}`;

interface Source {
  readonly id: string;
  readonly url: string;
  readonly format: string;
  readonly timespan: object;
  readonly columns: readonly { id: string; label: string; type: string; index: number }[];
}

for (const mount of ['', '/limn']) {
  describe(`rule 1: Limn's routes are served under "${mount}/"`, () => {
    test('dashboards and graphs, one by one and all', async () => {
      assert.deepEqual(await json(`${mount}/dashboards/pets-and-devices.json`), {
        id: 'pets-and-devices',
        name: 'Pets & devices',
        headline: 'Pets & devices',
        subhead: 'All that counts',
        tabs: DASHBOARDS[0]?.tabs.map(({ name, graphs }) => ({ name, graph_ids: graphs })),
      });
      assert.equal((await json<{ id: string }>(`${mount}/graphs/pets.json`)).id, 'pets');
      assert.equal((await json<object[]>(`${mount}/dashboards.json`)).length, DASHBOARDS.length);
      assert.equal((await json<object[]>(`${mount}/graphs.json`)).length, GRAPHS.length);
    });

    test('a datasource has the id that its URL has, and leads to its datafile', async () => {
      const source = await json<Source>(`${mount}/datasources/${id}.json`);
      assert.equal(source.id, id);
      const { statusCode } = await get(new URL(source.url, 'http://limn').pathname.replace(/^\/api/, ''));
      assert.equal(statusCode, 200);
    });

    test('all datasources: of what graphs draw and of what is loaded of the examples, each once', async () => {
      const all = await json<Record<string, Source>>(`${mount}/datasources/all`);
      for (const [key, source] of Object.entries(all)) assert.equal(source.id, key);
      for (const path of [PATHS.cat, PATHS.pets, PATHS.hours, PATHS.edits]) assert.ok(all[sourceIdOf(path)]);
      assert.equal(all[sourceIdOf(PATHS.list)], undefined);
    });

    test('datafiles as .csv, .tsv and .json', async () => {
      for (const [suffix, type] of Object.entries({
        '.csv': 'text/csv',
        '.tsv': 'text/tab-separated-values',
        '.json': 'application/json',
        '.wikimetrics.json': 'application/json',
      })) {
        const { statusCode, headers } = await get(mount + file(PATHS.cat, suffix));
        assert.equal(statusCode, 200);
        assert.equal(headers['content-type'], `${type}; charset=utf-8`);
      }
    });

    test('?pretty indents by four', async () => {
      const { body } = await get(`${mount}/datasources/${id}.json?pretty`);
      assert.ok(body.startsWith(`{\n    "id": "${id}"`));
    });
  });
}

describe('rule 1: where a datasource leads', () => {
  test('from the root to a path, which a client takes from its own origin', async () => {
    assert.equal((await json<Source>(`/datasources/${id}.json`)).url, `/data/datafiles/${id}.csv`);
  });

  test('from /limn to the public address, which a client takes through its proxy', async () => {
    assert.equal(
      (await json<Source>(`/limn/datasources/${id}.json`)).url,
      `https://kraken.example.org/api/limn/data/datafiles/${id}.csv`,
    );
  });
});

test('rule 2: every parameter is in the path, which ends in the suffix and outlives a proxy', async () => {
  const { url } = await json<Source>(`/limn/datasources/${id}.json`);
  const parsed = new URL(url);
  assert.equal(parsed.search, '');
  assert.match(parsed.pathname, /\.csv$/);
  assert.equal(decodeURIComponent(url), url);
  assert.equal(
    (await get(`/limn/data/datafiles${PATHS.pets}.csv`)).body,
    (await get(file(PATHS.pets, '.csv'))).body,
  );
});

test('rule 3: cache busters, callback and Limn’s options are ignored, and make no answer of their own', async () => {
  for (const suffix of ['.csv', '.json']) {
    const plain = await get(file(PATHS.devices, suffix));
    for (const query of [
      '1859307495',
      'callback=jQuery1_2&_=179',
      '_=1',
      'type=area&name=x',
      'format=nope',
    ]) {
      const same = await get(`${file(PATHS.devices, suffix)}?${query}`);
      assert.equal(same.body, plain.body, query);
      assert.equal(same.headers['etag'], plain.headers['etag']);
      assert.equal(same.headers['cache-status'], 'kraken; hit', query);
    }
  }
  assert.equal((await get(`/datasources/${id}.json?1859307495`)).statusCode, 200);
});

describe('rule 4: what Limn parses', () => {
  test('dates are YYYY-MM-DD, with T and a time where there are hours', async () => {
    const dates = async (path: string): Promise<string[]> =>
      (await get(file(path, '.csv'))).body
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',', 1)[0] as string);
    for (const date of await dates(PATHS.cat)) assert.match(date, /^\d{4}-\d\d-\d\d$/);
    for (const date of await dates(PATHS.hours)) assert.match(date, /^\d{4}-\d\d-\d\dT\d\d:00:00$/);
  });

  test('nothing is quoted, a comment or null; a missing cell is empty', async () => {
    const { body } = await get(file(PATHS.pets, '.csv'));
    assert.doesNotMatch(body, /["#]|\/\/|null|NaN/);
    const lines = body.trimEnd().split('\n');
    for (const line of lines) assert.equal(line.split(',').length, 4, line);
    assert.ok(lines.some((line) => line.includes(',,')));
  });
});

describe('rule 5: JSON', () => {
  test('has rows with ms since 1970', async () => {
    const rows = JSON.parse((await get(file(PATHS.devices, '.json'))).body) as number[][];
    assert.deepEqual(rows[0], [Date.UTC(2024, 0, 1), 100, 10, 90]);
  });

  test('also comes as Wikimetrics has it', async () => {
    const found = JSON.parse((await get(file(PATHS.devices, '.wikimetrics.json'))).body) as object;
    assert.deepEqual(found, {
      parameters: { Cohort: 'devices offset underestimate', Metric: 'Unique devices of a project' },
      '2024-01-01': { Sum: { devices: 100, offset: 10, underestimate: 90 } },
      '2024-02-01': { Sum: { devices: 200, offset: 20, underestimate: 180 } },
      '2024-03-01': { Sum: { devices: 300, offset: 30, underestimate: 270 } },
    });
  });
});

test('rule 6: what does not exist is 404 with a problem', async () => {
  for (const path of [
    '/dashboards/none.json',
    '/graphs/none.json',
    '/graphs/none~of~it.json',
    '/datasources/none.json',
    `/datasources/${sourceIdOf(PATHS.absent)}.json`,
    '/data/datafiles/none.csv',
    '/data/datafiles/graphs/none.csv',
    `/limn/data/datafiles${PATHS.absent}.csv`,
    `/limn/data/datafiles${PATHS.cat}`,
  ]) {
    const { statusCode, headers, body } = await get(path);
    assert.equal(statusCode, 404, `${path} ${body}`);
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.equal((JSON.parse(body) as { status: number }).status, 404);
  }
});

test('rule 6: what can’t be drawn over time, or is spelt wrongly, is 400 and says why', async () => {
  for (const path of [
    file(PATHS.list, '.csv'),
    `/datasources/${sourceIdOf(PATHS.list)}.json`,
    file(PATHS.cat.replace('daily', 'decades'), '.csv'),
    file(PATHS.cat.replace('user', 'people'), '.csv'),
  ]) {
    const { statusCode, body } = await get(path);
    assert.equal(statusCode, 400, body);
    assert.ok((JSON.parse(body) as { parameter?: string }).parameter, path);
  }
});

test('rule 7: any origin may read, and caches may keep, what has an ETag', async () => {
  for (const path of [
    '/limn/dashboards/pets-and-devices.json',
    '/limn/graphs/pets.json',
    '/limn/graphs.json',
    '/limn/dashboards.json',
    `/limn/datasources/${id}.json`,
    '/limn/datasources/all',
    `/limn${file(PATHS.cat, '.csv')}`,
    '/limn/data/datafiles/graphs/mixed.csv',
  ]) {
    const first = await get(path);
    assert.equal(first.headers['access-control-allow-origin'], '*', path);
    assert.match(String(first.headers['cache-control']), /max-age=\d+/);
    const again = await get(path, { 'if-none-match': String(first.headers['etag']) });
    assert.equal(again.statusCode, 304, path);
    assert.equal(again.body, '');
  }
});

describe('rule 8: datasources and graphs are of one shape', () => {
  test('columns have an index, an id, a label and a type', async () => {
    const { columns, format, timespan } = await json<Source>(`/datasources/${id}.json`);
    assert.equal(format, 'csv');
    assert.deepEqual(timespan, { start: '2024/01/01', end: '2024/02/29', step: '1d' });
    assert.deepEqual(columns, [
      { index: 0, id: 'date', label: 'Date', type: 'date' },
      { index: 1, id: 'cat', label: 'Cat', type: 'int' },
      { index: 2, id: 'dog', label: 'Dog', type: 'int' },
      { index: 3, id: 'heroes_c_d', label: "'Heroes';_C♯/D", type: 'int' },
    ]);
    const [header = ''] = (await get(file(PATHS.pets, '.csv'))).body.split('\n');
    assert.deepEqual(
      header.split(',').slice(1),
      columns.slice(1).map(({ label }) => label),
    );
  });

  test('a graph is version 0.6.0 and names its columns by their ids', async () => {
    interface Node {
      nodeType: string;
      children?: Node[];
      metric?: { source_id: string; source_col: string };
    }
    const graph = await json<{ graph_version: string; root: Node & { scaling: string } }>(
      '/graphs/pets.json',
    );
    assert.equal(graph.graph_version, '0.6.0');
    assert.equal(graph.root.scaling, 'log');
    assert.deepEqual(
      graph.root.children?.map(({ nodeType }) => nodeType),
      ['axis', 'axis', 'grid', 'grid', 'legend', 'zoom-brush', 'line-group'],
    );
    assert.deepEqual(
      graph.root.children?.at(-1)?.children?.map(({ metric }) => [metric?.source_id, metric?.source_col]),
      ['cat', 'dog', 'heroes_c_d'].map((column) => [id, column]),
    );
  });
});

describe('rule 9: data is wide', () => {
  test('a row a date, a column a series', async () => {
    assert.equal(
      (await get(file(PATHS.days.replace('20240110', '20240106'), '.csv'))).body,
      'date,en.wikipedia,de.wikipedia\n2024-01-01,1000,2000\n2024-01-02,1001,2001\n2024-01-03,1002,2002\n' +
        '2024-01-04,1003,2003\n2024-01-05,1004,\n2024-01-06,1005,2005\n',
    );
  });

  test('and of no more than 500 columns', async () => {
    const many = Array.from({ length: 501 }, (_, i) => `A${i}`).join('!7C');
    const wide = `/data/datafiles/pageviews~per-article~en.wikipedia~all-access~user~${many}~daily~20240101~20240101`;
    const { statusCode, body } = await get(`${wide}.csv`);
    assert.equal(statusCode, 400);
    assert.equal((JSON.parse(body) as { allowed: string }).allowed, 'at most 500 columns');
  });
});

test('every metric’s examples are graphs with lines', async () => {
  for (const metric of gateway.app.road.catalogue.metrics) {
    if (metric.shape.kind === 'top') continue;
    for (const example of metric.examples) {
      const graph = sourceIdOf(exampleUrl(metric, example).slice('/metrics'.length));
      const { root } = await json<{ root: { children: { children?: object[] }[] } }>(`/graphs/${graph}.json`);
      assert.ok((root.children.at(-1)?.children?.length ?? 0) > 0, metric.name);
    }
  }
});
