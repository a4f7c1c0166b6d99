import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { PATHS, startLimnGateway } from '../limn/fixture.ts';

/* What simpod-json-datasource sends, and what it makes of the answers. All numbers are made up. */

let gateway: Gateway;
before(async () => {
  gateway = await startLimnGateway({ flags: { points: '200' } });
  const list = { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '02' };
  await gateway.load('pageviews-top', [
    ...['03', '05'].map((day, i) => ({
      ...list,
      day,
      articles: [
        { article: 'Cat', views: 9 + i, rank: 1 },
        { article: 'Dog', views: 5, rank: 2 },
      ],
    })),
    { ...list, day: 'all-days', articles: [{ article: 'Owl', views: 70, rank: 1 }] },
  ]);
});
after(() => gateway.close());

const post = (path: string, payload: object): Promise<LightMyRequestResponse> =>
  gateway.app.api.inject({ method: 'POST', url: `/grafana${path}`, payload });
async function answer<T>(path: string, payload: object): Promise<T> {
  const { statusCode, body } = await post(path, payload);
  assert.equal(statusCode, 200, body);
  return JSON.parse(body) as T;
}
async function refusal(path: string, payload: object): Promise<{ parameter: string; detail: string }> {
  const { statusCode, headers, body } = await post(path, payload);
  assert.equal(statusCode, 400, body);
  assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
  return JSON.parse(body) as { parameter: string; detail: string };
}

interface Frame {
  readonly target?: string;
  readonly refId: string;
  readonly datapoints: readonly [number | null, number][];
  readonly columns?: readonly { text: string; type: string }[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly meta?: { readonly notices: readonly { severity: string; text: string }[] };
}
const CAT = {
  target: 'pageviews-per-article',
  payload: { project: 'en.wikipedia', agent: 'user', article: 'Cat' },
};
const HOURS = { target: 'pageviews-aggregate', payload: { project: 'en.wikipedia', agent: 'user' } };
const panel = (from: string, to: string, targets: readonly object[], more: object = {}): object => ({
  panelId: 1,
  range: { from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z`, raw: { from: 'now-6h', to: 'now' } },
  intervalMs: 60_000,
  maxDataPoints: 1000,
  scopedVars: {},
  targets: targets.map((target, i) => ({ refId: 'ABCDE'[i], ...target })),
  ...more,
});
const query = (...asked: Parameters<typeof panel>): Promise<Frame[]> => answer('/query', panel(...asked));

/** What /metrics answers for the same, as datapoints. */
async function datapoints(path: string, measure: string): Promise<[number, number][]> {
  const { body } = await gateway.app.api.inject(`/metrics${path}`);
  return (JSON.parse(body) as { items: Record<string, string | number>[] }).items.map((item) => {
    const digits = String(item['timestamp']);
    const [y, m, d, h] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8), digits.slice(8, 10)];
    return [item[measure] as number, Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h))];
  });
}

test('a test of the connection finds the datasource, with and without a slash', async () => {
  for (const url of ['/grafana', '/grafana/'])
    assert.equal((await gateway.app.api.inject(url)).statusCode, 200);
});

test('a browser may POST from any origin', async () => {
  const { statusCode, headers } = await gateway.app.api.inject({
    method: 'OPTIONS',
    url: '/grafana/query',
    headers: { origin: 'https://grafana.example.org', 'access-control-request-method': 'POST' },
  });
  assert.equal(statusCode, 204);
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.match(String(headers['access-control-allow-methods']), /POST/);
  assert.match(String(headers['access-control-allow-headers']), /content-type/);
  assert.equal((await post('/metrics', {})).headers['access-control-allow-origin'], '*');
});

describe('the query editor', () => {
  interface Metric {
    readonly label: string;
    readonly value: string;
    readonly payloads: readonly { name: string; type: string; options?: { value: string }[] }[];
  }

  test('offers every metric of the catalogue, with a field a dimension', async () => {
    const metrics = await answer<Metric[]>('/metrics', { metric: '', payload: {} });
    const { catalogue } = gateway.app.road;
    assert.deepEqual(
      metrics.map(({ value }) => value),
      [...catalogue.byName.keys()],
    );
    for (const { value, payloads } of metrics) {
      const names = payloads.map(({ name }) => name);
      for (const { name } of catalogue.byName.get(value)?.dimensions ?? []) assert.ok(names.includes(name));
    }
  });

  test('lists closed values, looks up those that were loaded, and takes the rest as text', async () => {
    const metrics = await answer<Metric[]>('/metrics', {});
    const fields = metrics.find(({ value }) => value === 'pageviews-per-article')?.payloads;
    const field = (name: string): object => {
      const { type, options } = fields?.find((one) => one.name === name) ?? {};
      return { type, options: options?.map(({ value }) => value) };
    };
    const agents = ['all-agents', 'automated', 'spider', 'user'];
    assert.deepEqual(field('agent'), { type: 'multi-select', options: agents });
    assert.deepEqual(field('project'), { type: 'multi-select', options: undefined });
    assert.deepEqual(field('article'), { type: 'input', options: undefined });
    assert.deepEqual(field('granularity'), {
      type: 'select',
      options: ['auto', 'daily', 'weekly', 'monthly', 'yearly'],
    });
  });

  test('is told the values of a field', async () => {
    const values = async (metric: string, name: string): Promise<string[]> =>
      (await answer<{ value: string }[]>('/metric-payload-options', { metric, name, payload: {} })).map(
        ({ value }) => value,
      );
    assert.deepEqual(await values('pageviews-aggregate', 'project'), ['de.wikipedia', 'en.wikipedia']);
    assert.deepEqual(await values('unique-devices', 'measure'), ['devices', 'offset', 'underestimate']);
    assert.ok((await values('pageviews-per-article', 'article')).includes('Moonlight_(2016_film)'));
    assert.equal(
      (await refusal('/metric-payload-options', { metric: 'none', name: 'x' })).parameter,
      'metric',
    );
    assert.equal(
      (await refusal('/metric-payload-options', { metric: 'unique-devices', name: 'x' })).parameter,
      'name',
    );
  });
});

describe('a panel', () => {
  test('has the datapoints of /metrics', async () => {
    const [frame, ...others] = await query('2024-01-01', '2024-03-01', [CAT]);
    assert.deepEqual(others, []);
    assert.equal(frame?.refId, 'A');
    assert.deepEqual(frame?.datapoints, await datapoints(PATHS.cat.replace('latest', '20240229'), 'views'));
  });

  test('has a line a series and measure, and gaps as null', async () => {
    const frames = await query('2024-01-01', '2024-01-04', [
      { ...CAT, payload: { ...CAT.payload, article: ['Cat', 'Dog'], label: 'Pets' } },
      {
        target: 'unique-devices',
        payload: { project: 'en.wikipedia', measure: ['offset', 'underestimate'] },
      },
    ]);
    assert.deepEqual(
      frames.map(({ target, refId, datapoints }) => [target, refId, datapoints.map(([value]) => value)]),
      [
        ['Pets Cat', 'A', [1, 2, 3]],
        ['Pets Dog', 'A', [100, null, 102]],
        ['en.wikipedia offset', 'B', [10]],
        ['en.wikipedia underestimate', 'B', [90]],
      ],
    );
  });

  test('a range that ends before it starts is refused', async () => {
    const response = await gateway
      .agent()
      .post('/grafana/query')
      .send(panel('2024-01-03', '2024-01-01', [CAT]));
    assert.equal(response.status, 400);
    assert.match(response.text, /range\.to/);
  });

  test('has hours where it is wide enough for them, and days where it is not', async () => {
    const [fine] = await query('2024-01-01', '2024-01-03', [HOURS]);
    assert.equal(fine?.datapoints.length, 48);
    assert.deepEqual(fine?.datapoints, await datapoints(PATHS.hours, 'views'));
    for (const more of [{ maxDataPoints: 10 }, { intervalMs: 7_200_000 }]) {
      const [coarse] = await query('2024-01-01', '2024-01-11', [HOURS], more);
      assert.equal(coarse?.datapoints.length, 10);
    }
    const named = { ...HOURS, payload: { ...HOURS.payload, granularity: 'weekly' } };
    assert.equal((await query('2024-01-01', '2024-01-11', [named]))[0]?.datapoints.length, 1);
  });

  test('takes the grain that has data where the one that suits best has none', async () => {
    const devices = { target: 'unique-devices', payload: { project: 'en.wikipedia', measure: 'devices' } };
    const [frame] = await query('2024-01-05', '2024-02-20', [devices]);
    assert.deepEqual(frame?.datapoints, [
      [100, Date.UTC(2024, 0, 1)],
      [200, Date.UTC(2024, 1, 1)],
    ]);
  });

  test('reads variables as Grafana writes them: as regular expressions', async () => {
    const payload = { project: '(en\\.wikipedia|de\\.wikipedia)', agent: 'user', granularity: 'daily' };
    const frames = await query('2024-01-01', '2024-01-03', [{ target: 'pageviews-aggregate', payload }]);
    assert.deepEqual(
      frames.map(({ target }) => target),
      ['en.wikipedia', 'de.wikipedia'],
    );
  });

  test('reads titles with parentheses in whichever way Grafana puts them together', async () => {
    const [mercury, days, philip] = ['Mercury_(planet)', '(500)_Days', 'Philip,_Duke'];
    await gateway.load(
      'pageviews-per-article',
      [mercury, days, philip, 'Venus'].map((article, views) => ({
        project: 'en.wikipedia',
        granularity: 'daily',
        access: 'all-access',
        agent: 'user',
        article,
        timestamp: '2024010100',
        views,
      })),
    );
    const lines = async (article: unknown): Promise<string[]> =>
      (await query('2024-01-01', '2024-01-02', [{ ...CAT, payload: { ...CAT.payload, article } }])).map(
        ({ target, datapoints }) => `${target} ${datapoints.length}`,
      );
    for (const [text, titles] of [
      [`${mercury}|Venus`, [mercury, 'Venus']],
      [`${days}|${mercury}`, [days, mercury]],
      ['(\\(500\\)_Days|Mercury_\\(planet\\))', [days, mercury]],
      [
        [days, 'Mercury_\\(planet\\)'],
        [days, mercury],
      ],
      [`${mercury},Venus`, [mercury, 'Venus']],
      [`{${mercury},${philip}}`, [mercury, philip]],
      [JSON.stringify([mercury, philip]), [mercury, philip]],
      [`'${mercury}','${philip}'`, [mercury, philip]],
      [`"${mercury}","Venus"`, [mercury, 'Venus']],
      [`("Mercury_\\(planet\\)" OR "Venus")`, [mercury, 'Venus']],
      [`Venus,titles=${mercury}`, ['Venus', mercury]],
    ] as const)
      assert.deepEqual(
        await lines(text),
        titles.map((title) => `${title} 1`),
        JSON.stringify(text),
      );
    // One line is named by its project.
    for (const text of [
      mercury,
      'Mercury_\\(planet\\)',
      days,
      philip,
      `'${mercury}'`,
      'Mercury_%28planet%29',
    ])
      assert.match((await lines(text)).join(), / 1$/, text);
  });

  test('says why a query draws nothing, and leaves out what is hidden or has no metric yet', async () => {
    const frames = await query('2024-01-01', '2024-01-03', [
      { ...CAT, payload: { ...CAT.payload, article: 'No_such' } },
      { ...CAT, payload: { ...CAT.payload, project: 'fr.wikipedia', label: 'French cats' } },
      { ...CAT, hide: true },
      { target: '', payload: {} },
      CAT,
    ]);
    assert.deepEqual(
      frames.map(({ refId, datapoints }) => [refId, datapoints.length]),
      [
        ['E', 2],
        ['A', 0],
        ['B', 0],
      ],
    );
    const [, none, french] = frames;
    assert.equal(
      none?.meta?.notices[0]?.text,
      'pageviews-per-article has no rows for project en.wikipedia; access all-access; agent user; article No_such. There is no article No_such of en.wikipedia here. Loaded for the project en.wikipedia: daily numbers from 2024-01-01 to 2024-02-29, monthly numbers from 2024-01 to 2024-02.',
    );
    assert.equal(french?.target, 'French cats');
    assert.match(
      french?.meta?.notices[0]?.text ?? '',
      /fr\.wikipedia.*Nothing is loaded for the project fr\.wikipedia: did you mean en\.wikipedia\?/,
    );
    const [later] = await query('2025-01-01', '2025-02-01', [CAT]);
    assert.match(later?.meta?.notices[0]?.text ?? '', /The range asked for, 2025.*, is after that/);
    const several = { ...CAT, payload: { ...CAT.payload, article: 'No,such' } };
    const [read] = await query('2024-01-01', '2024-01-03', [several]);
    assert.match(read?.meta?.notices[0]?.text ?? '', /It was also read as article No \| such\.$/);
    assert.deepEqual(await query('2024-01-01', '2024-01-02', []), []);
  });

  test('says which of several values have no rows', async () => {
    const some = { ...CAT, payload: { ...CAT.payload, article: ['Cat', 'No_such'] } };
    const [cat, none] = await query('2024-01-01', '2024-01-03', [some]);
    assert.equal(cat?.meta, undefined);
    assert.deepEqual(none?.meta?.notices, [
      { severity: 'info', text: 'These have no rows in the times of the panel: No_such.' },
    ]);
  });

  test('has a table for a ranked list: the newest one in the range', async () => {
    const top = { target: 'pageviews-top', payload: { project: 'en.wikipedia' } };
    const [days] = await query('2024-02-01', '2024-02-05', [top]);
    assert.deepEqual(
      days?.columns?.map(({ text, type }) => `${text} ${type}`),
      ['time time', 'project string', 'access string', 'article string', 'views number', 'rank number'],
    );
    const time = Date.UTC(2024, 1, 3);
    assert.deepEqual(days?.rows, [
      [time, 'en.wikipedia', 'all-access', 'Cat', 9, 1],
      [time, 'en.wikipedia', 'all-access', 'Dog', 5, 2],
    ]);
    const [month] = await query('2024-01-01', '2024-03-01', [top]);
    assert.deepEqual(month?.rows, [[Date.UTC(2024, 1, 1), 'en.wikipedia', 'all-access', 'Owl', 70, 1]]);
    const [none] = await query('2024-01-01', '2024-01-05', [top]);
    assert.match(none?.meta?.notices[0]?.text ?? '', /loaded for other times/);
  });

  test('of any metric’s example is answered', async () => {
    for (const metric of gateway.app.road.catalogue.metrics)
      for (const example of metric.examples) {
        const names = metric.dimensions.map(({ name }) => name).filter((name) => name in example);
        const payload = Object.fromEntries(names.map((name) => [name, example[name]]));
        const { statusCode, body } = await post(
          '/query',
          panel('2019-01-01', '2019-01-15', [{ target: metric.name, payload }]),
        );
        assert.equal(statusCode, 200, `${metric.name} ${body}`);
      }
  });

  test('applies ad hoc filters to the metrics that have the dimension', async () => {
    const filters = [{ key: 'article', operator: '=', value: 'Dog' }];
    const [dog, views] = await query('2024-01-01', '2024-01-02', [CAT, HOURS], { filters });
    assert.deepEqual(dog?.datapoints, [[100, Date.UTC(2024, 0, 1)]]);
    assert.equal(views?.datapoints.length, 24);
  });

  test('is charged once for all its queries', async () => {
    const two = [CAT, { ...CAT, payload: { ...CAT.payload, article: ['Cat', 'Dog'] } }];
    assert.equal((await query('2024-01-01', '2024-03-01', [two[1] as object])).length, 2);
    const { detail } = await refusal(
      '/query',
      panel('2024-01-01', '2024-03-10', [two[0], ...two] as object[]),
    );
    assert.match(detail, /points/);
  });

  test('of whatever range and width is answered or refused, never broken', async () => {
    for (const [from, to] of [
      ['0000-01-01', '9999-01-01'],
      ['2024-01-01', '2024-01-01'],
    ] as const)
      for (const maxDataPoints of [0, 1, 1e9]) {
        const { statusCode, body } = await post('/query', panel(from, to, [CAT], { maxDataPoints }));
        assert.equal(statusCode, 200, body);
      }
  });
});

describe('a mistake is 400 and names its place', () => {
  const target = (more: object): object => panel('2024-01-01', '2024-01-02', [{ ...CAT, ...more }]);
  const payload = (more: object): object => target({ payload: { ...CAT.payload, ...more } });
  for (const [place, body] of Object.entries<object>({
    body: [],
    range: { targets: [] },
    'range.from': panel('yesterday', '2024-01-02', []),
    targets: { ...panel('2024-01-01', '2024-01-02', []), targets: {} },
    maxDataPoints: panel('2024-01-01', '2024-01-02', [], { maxDataPoints: 'many' }),
    'targets[0]': { ...target({}), targets: ['Cat'] },
    'targets[0].target': target({ target: 'no-such-metric' }),
    'targets[0].payload': target({ payload: ['x'] }),
    'targets[0].payload.articles': payload({ articles: 'Cat' }),
    'targets[0].payload.__proto__x': payload({ __proto__x: 'Cat' }),
    'targets[0].payload.article': payload({ article: { a: 1 } }),
    'targets[0].payload.measure': payload({ measure: 'clicks' }),
    granularity: payload({ granularity: 'hourly' }),
    agent: payload({ agent: 'people' }),
    article: payload({ article: '' }),
    'filters[0].operator': { ...target({}), filters: [{ key: 'article', operator: '=~', value: 'x' }] },
  })) {
    test(place, async () => {
      assert.equal((await refusal('/query', body)).parameter, place);
    });
  }

  test('and the query it is in', async () => {
    assert.match((await refusal('/query', payload({ agent: 'people' }))).detail, /^Query A: /);
  });
});

describe('variables and ad hoc filters', () => {
  test('a variable lists the metrics, or the values of a dimension', async () => {
    const values = async (payload: object): Promise<string[]> => {
      const found = await answer<{ __text: string; __value: string }[]>('/variable', { payload, range: {} });
      return found.map(({ __value }) => __value);
    };
    assert.deepEqual(await values({ target: 'metrics' }), [...gateway.app.road.catalogue.byName.keys()]);
    const projects = ['de.wikipedia', 'en.wikipedia'];
    assert.deepEqual(await values({ target: 'pageviews-aggregate/project' }), projects);
    assert.deepEqual(await values({ metric: 'pageviews-aggregate', name: 'project' }), projects);
    assert.equal((await refusal('/variable', { payload: {} })).parameter, 'payload');
    assert.equal((await refusal('/variable', { payload: { target: 'nothing' } })).parameter, 'payload');
  });

  test('a variable of titles has those that are loaded, by what they begin with and stand beside', async () => {
    const own = await startGateway();
    try {
      const views = (project: string, article: string, count: number): object => ({
        project,
        article,
        access: 'all-access',
        agent: 'user',
        granularity: 'daily',
        timestamp: '2024010100',
        views: count,
      });
      await own.load('pageviews-per-article', [
        ...Array.from({ length: 200 }, (_, i) => views('en.wikipedia', `Moon_${i}`, i)),
        views('en.wikipedia', 'Sun', 1000),
        views('de.wikipedia', 'Mond', 5),
      ]);
      const ask = async (
        target: string,
      ): Promise<{ status: number; values: string[]; parameter?: string }> => {
        const { statusCode, body } = await own.app.api.inject({
          method: 'POST',
          url: '/grafana/variable',
          payload: { payload: { target } },
        });
        const said = JSON.parse(body) as { __value: string }[] | { parameter: string };
        return Array.isArray(said)
          ? { status: statusCode, values: said.map(({ __value }) => __value) }
          : { status: statusCode, values: [], parameter: said.parameter };
      };
      const of = 'pageviews-per-article/article';
      const all = (await ask(of)).values;
      assert.deepEqual([all.length, all[0], all.includes('Mond')], [202, 'Sun', true]);
      const moons = (await ask(`${of}?project=en.wikipedia&prefix=Moon_1`)).values;
      assert.deepEqual([moons.length, moons[0]], [111, 'Moon_199']);
      assert.deepEqual((await ask(`${of}?project=de.wikipedia`)).values, ['Mond']);
      assert.deepEqual((await ask('pageviews-per-article/project?prefix=d')).values, ['de.wikipedia']);
      const wrong = await ask(`${of}?projet=en.wikipedia`);
      assert.deepEqual([wrong.status, wrong.parameter], [400, 'projet']);
    } finally {
      await own.close();
    }
  });

  test('tags are the dimensions and their values', async () => {
    const keys = await answer<{ text: string }[]>('/tag-keys', {});
    assert.ok(keys.some(({ text }) => text === 'access-site'));
    assert.deepEqual(await answer('/tag-values', { key: 'access-site' }), [
      { text: 'all-sites' },
      { text: 'desktop-site' },
      { text: 'mobile-site' },
    ]);
    assert.equal((await refusal('/tag-values', { key: 'none' })).parameter, 'key');
  });
});

describe('the queries of a panel', () => {
  const range = { from: '2024-02-01T00:00:00Z', to: '2024-02-10T00:00:00Z' };

  test('are bounded, also those that nothing is found for', async () => {
    const payload = { project: 'nothing.loaded', article: 'Cat' };
    const targets = Array.from({ length: 101 }, () => ({ ...CAT, payload }));
    const { parameter, detail } = await refusal('/query', { range, targets });
    assert.equal(parameter, 'targets');
    assert.match(detail, /more than 100 queries/);
    assert.equal((await answer<Frame[]>('/query', { range, targets: targets.slice(1) })).length, 100);
  });
});
