import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { cpuMsOf } from '../../support/cpu-ms.ts';

/* Every kind of wrong question is a 400 that names the member at fault. */

const RIGHT = {
  metric: 'edits-aggregate',
  where: { project: 'en.wikipedia' },
  range: '2024-01',
  grain: 'monthly',
};
const TOP = {
  metric: 'pageviews-top',
  where: { project: 'en.wikipedia' },
  by: 'article',
  grain: 'daily',
  range: '2024-01-01',
};
const DEVICES = {
  metric: 'unique-devices',
  where: { project: 'en.wikipedia' },
  grain: 'monthly',
  range: '2024-01',
};

/** What is wrong, the question, the `parameter` that the problem names, and words of its detail. */
const MISTAKES: readonly (readonly [kind: string, question: unknown, parameter: string, detail: RegExp])[] = [
  ['no object', [], 'query', /JSON object/],
  ['no metric', { range: '2024' }, 'metric', /names no metric/],
  ['an unknown metric', { ...RIGHT, metric: 'edits-agregate' }, 'metric', /did you mean edits-aggregate\?/],
  ['an unknown member', { ...RIGHT, granularity: 'daily', orders: 1 }, 'granularity', /no granularity/],
  ['a misspelt member', { ...RIGHT, messures: [] }, 'messures', /did you mean measures\?/],
  ['a member of the wrong type', { ...RIGHT, by: 3 }, 'by', /a text or a list/],
  [
    'an unknown dimension',
    { ...RIGHT, where: { 'editor-typ': 'user' } },
    'where.editor-typ',
    /did you mean editor-type\?/,
  ],
  [
    'an unknown value',
    { ...RIGHT, where: { ...RIGHT.where, 'editor-type': 'usr' } },
    'where.editor-type',
    /did you mean user\?/,
  ],
  [
    'an unknown value in a list',
    { ...RIGHT, where: { 'editor-type': ['user', 'x'] } },
    'where.editor-type[1]',
    /allowed values/,
  ],
  [
    'a dimension that is cut off',
    { ...RIGHT, where: { proj: 'en.wikipedia' } },
    'where.proj',
    /did you mean project\?/,
  ],
  ['a sum as REST has it', { ...RIGHT, sum: 'project' }, 'sum', /not in by are added up/],
  ['an empty list', { ...RIGHT, where: { project: [] } }, 'where.project', /is an empty list/],
  [
    'an unknown condition',
    { ...RIGHT, where: { project: { suffix: 'x' } } },
    'where.project.suffix',
    /no where\.project\.suffix/,
  ],
  ['two conditions', { ...RIGHT, where: { project: { not: 'a', prefix: 'b' } } }, 'where.project', /both/],
  [
    'an empty prefix',
    { ...RIGHT, where: { project: { prefix: '' } } },
    'where.project.prefix',
    /at least one character/,
  ],
  [
    'a condition that no value meets',
    { ...RIGHT, where: { 'editor-type': { prefix: 'zz' } } },
    'where.editor-type',
    /No value/,
  ],
  ['an unknown dimension to group by', { ...RIGHT, by: ['projet'] }, 'by[0]', /did you mean project\?/],
  ['a grain that it has not', { ...RIGHT, grain: 'hourly' }, 'grain', /no grain hourly/],
  ['no range', { ...RIGHT, range: undefined }, 'range', /no range/],
  ['a year without quotes', { ...RIGHT, range: 2021 }, 'range', /should be a text, .*: write "2021"\.$/],
  [
    'years without quotes',
    { ...RIGHT, range: [2020, 2021] },
    'range[0]',
    /should be a text: write "2020"\.$/,
  ],
  ['a range that is none', { ...RIGHT, range: true }, 'range', /should be a text, a list or an object\.$/],
  ['a misspelt word for a date', { ...RIGHT, range: '2021..latets' }, 'range.end', /did you mean latest\?/],
  ['a comparison that is cut off', { ...RIGHT, compare: 'prev' }, 'compare', /did you mean previous\?/],
  [
    'a comparison with nothing',
    { ...RIGHT, compare: 'yes' },
    'compare',
    /should be previous, previous_year or a range\.$/,
  ],
  ['a date that is none', { ...RIGHT, range: '2024-02-30..2024-03-01' }, 'range.start', /not a date/],
  [
    'a range that ends before it starts',
    { ...RIGHT, range: '2024-03..2024-01' },
    'range',
    /is before its start/,
  ],
  ['a range of three ends', { ...RIGHT, range: ['2024', '2025', '2026'] }, 'range', /a start and an end/],
  ['an unknown measure', { ...RIGHT, measures: ['edit'] }, 'measures[0]', /did you mean edits\?/],
  [
    'an order by what is not in the rows',
    { ...RIGHT, order: [{ by: 'project' }] },
    'order[0].by',
    /can't be sorted/,
  ],
  [
    'an order by time without a grain',
    { ...RIGHT, grain: null, order: 'timestamp' },
    'order[0].by',
    /only if the question has a grain/,
  ],
  [
    'an unknown direction',
    { ...RIGHT, order: [{ by: 'edits', direction: 'up' }] },
    'order[0].direction',
    /asc or desc/,
  ],
  ['a limit in part', { ...RIGHT, limit: 2.5 }, 'limit', /1 to 10000/],
  ['a limit in part, as a text', { ...RIGHT, limit: '2.5' }, 'limit', /1 to 10000/],
  ['a limit beyond what is exact', { ...RIGHT, limit: 2 ** 53 }, 'limit', /1 to 10000/],
  ['a limit beyond the most', { ...RIGHT, limit: 10_001 }, 'limit', /1 to 10000/],
  ['a cursor that is none', { ...RIGHT, cursor: 'abc' }, 'cursor', /cursor is not valid/],
  ['a fill that is none', { ...RIGHT, fill: 'previous' }, 'fill', /zero or null/],
  ['a fill without periods', { ...RIGHT, grain: null, fill: 'zero' }, 'fill', /no periods/],
  [
    'a comparison of another length',
    { ...RIGHT, compare: '2023-01..2023-02' },
    'compare',
    /1 monthly periods/,
  ],
  ['a comparison with what comes later', { ...RIGHT, compare: '2024-02' }, 'compare', /earlier/],
  [
    'total and parts added up',
    { ...RIGHT, where: { 'editor-type': ['all-editor-types', 'user'] } },
    'where.editor-type',
    /would count those twice/,
  ],
  [
    'a total of a total and its parts',
    { ...RIGHT, where: { 'editor-type': ['all-editor-types', 'user'] }, by: 'editor-type', total: true },
    'total',
    /would count those twice/,
  ],
  [
    'devices added up over sites',
    { ...DEVICES, where: { ...DEVICES.where, 'access-site': ['desktop-site', 'mobile-site'] } },
    'by',
    /can't be added up/,
  ],
  [
    'devices added up over time',
    { ...DEVICES, grain: null, range: '2024-01..2024-02' },
    'grain',
    /can't be added up/,
  ],
  [
    'devices of no project',
    { ...DEVICES, where: {}, measures: ['devices'], metric: 'editors-aggregate' },
    'measures[0]',
    /no measure devices/,
  ],
  [
    'editors of no project',
    { metric: 'editors-aggregate', range: '2024-01', grain: 'monthly' },
    'where.project',
    /can't be added up/,
  ],
  ['a total of devices', { ...DEVICES, by: 'access-site', total: true }, 'total', /can't be added up/],
  ['a list without what it ranks', { ...TOP, by: [] }, 'where.article', /lists only some entries/],
  [
    'a list over several periods',
    { ...TOP, grain: null, range: '2024-01', where: TOP.where },
    'grain',
    /lists only some entries/,
  ],
  [
    'a misspelt derived measure',
    { ...RIGHT, measures: 'edits_grwth' },
    'measures[0]',
    /did you mean edits_growth\?/,
  ],
  ['a growth of nothing', { ...RIGHT, measures: 'edits_growth' }, 'measures[0]', /give compare/],
  [
    'a moving average without periods',
    { ...RIGHT, grain: null, measures: 'edits_moving_average_7' },
    'measures[0]',
    /give a grain/,
  ],
  [
    'a moving average of one period',
    { ...RIGHT, measures: 'edits_moving_average_1' },
    'measures[0]',
    /number of periods/,
  ],
  [
    'a share within what the rows have not',
    { ...RIGHT, by: 'page-type', measures: 'edits_share_within_project' },
    'measures[0]',
    /project is neither/,
  ],
  [
    'a share of a total and its parts',
    {
      ...RIGHT,
      where: { 'editor-type': ['all-editor-types', 'user'] },
      by: 'editor-type',
      measures: 'edits_share',
    },
    'measures[0]',
    /would count those twice/,
  ],
  [
    'a share of devices',
    { ...DEVICES, by: 'project', measures: 'devices_share' },
    'measures[0]',
    /would add up devices/,
  ],
  [
    'devices added up from month to month',
    { ...DEVICES, measures: 'devices_cumulative' },
    'measures[0]',
    /would add up/,
  ],
  ['devices a day', { ...DEVICES, measures: 'devices_per_day' }, 'measures[0]', /would add up devices/],
  [
    'a share of a list that is cut off',
    { ...TOP, measures: 'views_share' },
    'measures[0]',
    /lists only some entries/,
  ],
  [
    'a ratio to nothing',
    { ...RIGHT, measures: 'edits_per_edtors-aggregate' },
    'measures[0]',
    /did you mean editors-aggregate\?/,
  ],
  [
    'a ratio by what the other metric has not',
    { ...RIGHT, by: 'page-type', measures: 'edits_per_unique-devices' },
    'measures[0]',
    /unique-devices has no page-type/,
  ],
  [
    'too many derived measures',
    {
      ...RIGHT,
      measures: Array.from({ length: 21 }, (_, i) => `edits_moving_average_${i + 2}`),
    },
    'measures',
    /at most 20 derived measures/,
  ],
  ['a condition that is none', { ...RIGHT, having: 'edits over 3' }, 'having[0]', /such as views>=1000/],
  [
    'a condition on what is no number',
    { ...RIGHT, having: 'edits>many' },
    'having[0]',
    /such as views>=1000/,
  ],
  ['a condition on an unknown measure', { ...RIGHT, having: 'edit>3' }, 'having[0]', /did you mean edits\?/],
  ['no top at all', { ...RIGHT, top: 0 }, 'top', /1 to 10000/],
  ['groups without a top', { ...RIGHT, by: 'project', within: 'project' }, 'within', /give top/],
  ['others without a top', { ...RIGHT, others: true }, 'others', /give top/],
  [
    'a top within what the rows have not',
    { ...RIGHT, top: 3, within: 'project' },
    'within',
    /project is neither/,
  ],
  [
    'the sum of other devices',
    { ...DEVICES, by: 'project', top: 1, others: true },
    'others',
    /can't be added up/,
  ],
  ['the sum of unlisted entries', { ...TOP, top: 1, others: true }, 'others', /lists only some entries/],
  ['what a flag can not be', { ...RIGHT, dryRun: 'yes' }, 'dryRun', /true or false/],
];

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  const article = (n: number): object => ({ article: `A${n}`, views: 10 - n, rank: n });
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '01',
      articles: [article(1), article(2)],
    },
  ]);
});
after(() => gateway.close());

interface Refusal {
  status: number;
  parameter: string;
  detail: string;
}

void describe('wrong questions', () => {
  for (const [kind, question, parameter, detail] of MISTAKES) {
    void test(kind, async () => {
      const { status, text, headers } = await gateway
        .agent()
        .post('/query')
        .send(question as object);
      const problem = JSON.parse(text) as Refusal;
      assert.equal(status, 400, text);
      assert.match(headers['content-type'] as string, /^application\/problem\+json/);
      assert.equal(problem.parameter, parameter, problem.detail);
      assert.match(problem.detail, detail);
      const byUrl = await gateway.get(`/query?query=${encodeURIComponent(JSON.stringify(question))}`);
      assert.deepEqual((byUrl.body as Refusal).parameter, parameter);
    });
  }

  void test('a limit is read alike wherever it stands: a whole number, exactly as written', async () => {
    const { where, ...rest } = RIGHT;
    const url = `/query?${new URLSearchParams({ ...rest, 'where.project': where.project }).toString()}`;
    for (const [limit, status] of [
      ['10', 200],
      ['1e+03', 200],
      ['1e+05', 400],
      ['2.5', 400],
      ['9007199254740993', 400],
      ['9.9999999999999999999', 400],
      ['0', 400],
      ['', 400],
    ] as const) {
      const said = `${JSON.stringify(RIGHT).slice(0, -1)},"limit":`;
      const bodies = [`${said}"${limit}"}`, ...(limit === '' ? [] : [`${said}${limit}}`])];
      for (const body of bodies) {
        const posted = await gateway
          .agent()
          .post('/query')
          .set('content-type', 'application/json')
          .send(body);
        assert.equal(posted.status, status, body);
        const got = await gateway.get(`/query?query=${encodeURIComponent(body)}`);
        assert.equal(got.status, status, body);
      }
      assert.equal((await gateway.get(`${url}&limit=${encodeURIComponent(limit)}`)).status, status, limit);
    }
    for (const body of ['', '{', '{"__proto__": {}}']) {
      const { status, headers } = await gateway
        .agent()
        .post('/query')
        .set('content-type', 'application/json')
        .send(body);
      assert.equal(status, 400, body);
      assert.match(headers['content-type'] as string, /^application\/problem\+json/);
    }
  });

  void test('a condition in the spelling of others is told how it is written', async () => {
    const told = async (query: string): Promise<string> =>
      ((await gateway.get(`/query?metric=edits-aggregate&range=2024&${query}`)).body as Refusal).detail;
    assert.match(await told('where=project:en.wikipedia'), /: write where\.DIMENSION=VALUE\.$/);
    assert.match(await told('sum=project'), /: values of dimensions that are not in by are added up\.$/);
    assert.match(await told('where.proj=en.wikipedia'), /: did you mean project\?$/);
    assert.match(await told('proj=en.wikipedia'), /project/);
  });

  void test('a name as long as a body may be is refused as fast as another', async () => {
    const question = { ...RIGHT, metric: 'a'.repeat(200_000) };
    const ms = await cpuMsOf(async () => {
      const { status } = await gateway.agent().post('/query').send(question);
      assert.equal(status, 400);
    });
    assert.ok(ms < 500, `${ms}`);
  });

  void test('in GraphQL: a dimension that is given twice', async () => {
    const where = '[{ dimension: "project", values: ["a"] }, { dimension: "project", values: ["b"] }]';
    const query = `{ query(input: { metric: "edits-aggregate", range: "2024-01", where: ${where} }) { cost } }`;
    const response = await gateway.agent().post('/graphql').send({ query });
    const { errors } = response.body as { errors: { message: string }[] };
    assert.match(errors[0]?.message ?? '', /project is given twice/);
  });

  void test('a media type of the name of what every object has is no form', async () => {
    for (const accept of ['constructor', '__proto__']) {
      const { status } = await gateway.agent().post('/query').set('accept', accept).send(RIGHT);
      assert.notEqual(status, 500, accept);
    }
  });

  void test('what is called otherwise elsewhere is told its name here, and a dimension where it belongs', async () => {
    const detail = async (question: object): Promise<string> =>
      ((await gateway.agent().post('/query').send(question)).body as Refusal).detail;
    const byUrl = async (query: string): Promise<string> =>
      ((await gateway.get(`/query?${query}`)).body as Refusal).detail;
    const base = { metric: 'edits-aggregate', range: '2024' };
    assert.equal(
      await detail({ ...base, granularity: 'daily' }),
      'There is no granularity: did you mean grain?',
    );
    assert.equal(await detail({ ...base, start: '2024' }), 'There is no start: did you mean range?');
    assert.equal(
      await detail({ ...base, project: 'en.wikipedia' }),
      'There is no project: write "where": {"project": …}.',
    );
    assert.match(await detail({ ...base, editorType: 'user' }), /write "where": \{"editor-type": …\}\.$/);
    assert.equal(
      await detail({ ...base, metric: 'editsAggregate' }),
      'There is no metric editsAggregate: did you mean edits-aggregate?',
    );
    assert.match(await detail({ ...base, metric: 'edits_aggregate' }), /did you mean edits-aggregate\?$/);
    assert.match(await detail({ ...base, by: ['editorType'] }), /did you mean editor-type\?$/);

    assert.equal(
      await byUrl('metric=edits-aggregate&range=2024&granularity=daily'),
      'There is no query parameter granularity: did you mean grain?',
    );
    for (const parameter of ['project', 'project!', 'editor_type', 'editorType^']) {
      const written = parameter.startsWith('project') ? 'where.project=…' : 'where.editor-type=…';
      assert.equal(
        await byUrl(`metric=edits-aggregate&range=2024&${parameter}=x`),
        `There is no query parameter ${parameter}: write ${written}.`,
      );
    }
    // Without a metric any metric's dimension is one; of a metric only its own.
    assert.match(await byUrl('referer=x'), /write where\.referer=…\.$/);
    assert.match(await byUrl('metric=edits-aggregate&referer=x'), /^There is no query parameter referer\.$/);
    assert.match(await byUrl('metric=edits-aggregate&granularity=daily&range=2024'), /did you mean grain\?$/);
    assert.equal((await gateway.get('/catalogue/editsAggregate')).status, 400);
    const options = await gateway.get('/metrics/edits/aggregate/a/b/c/d/e/f?format=csv&fil=zero');
    assert.match((options.body as Refusal).detail, /: did you mean fill\?$/);
  });

  void test('in URLs: unknown parameters, parameters twice, no JSON, forms that there are not', async () => {
    const wrong = async (query: string, parameter: string): Promise<void> => {
      const { status, text } = await gateway.get(`/query?${query}`);
      assert.deepEqual([status, (JSON.parse(text) as Refusal).parameter], [400, parameter], query);
    };
    await wrong('metric=edits-aggregate&rnge=2024', 'rnge');
    await wrong('metric=edits-aggregate&range=2024&range=2025', 'range');
    await wrong('metric=edits-aggregate&range=2024&where.project=a&where.project=b', 'where.project');
    for (const limit of ['ten', '1e+99', '1e-05', '1.5'])
      await wrong(`metric=edits-aggregate&range=2024&limit=${limit}`, 'limit');
    const ofR = await gateway.get('/query?metric=edits-aggregate&range=2024&limit=1e+03');
    assert.equal(ofR.status, 200, ofR.text);
    await wrong('query={', 'query');
    await wrong('query={}&metric=a', 'metric');
    await wrong('metric=edits-aggregate&range=2024&format=xml', 'format');
    const none = await gateway.agent().post('/query').set('content-type', 'application/json').send('{');
    assert.equal(none.status, 400);
  });
});
