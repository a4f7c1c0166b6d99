import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { ask, type Row } from './support.ts';

/* Answers of /query over rows that were made up. */

let gateway: Gateway;
const faults = new Faults();
const PROJECTS = ['aa.wikipedia', 'bb.wikipedia', 'cc.wikipedia', 'aa.wiktionary'];
const TYPES = ['all-editor-types', 'anonymous', 'user'];

/** Edits of the nth project, of people, in a month. */
const edits = (project: number, month: number): number => (project + 1) * 100 + month;

before(async () => {
  gateway = await startGateway({
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
    clock: { now: () => Date.UTC(2024, 7, 15) },
  });
  const months = [1, 2, 3, 4, 6];
  const items = PROJECTS.flatMap((project, p) =>
    months.flatMap((month) =>
      TYPES.map((type) => ({
        project,
        'editor-type': type,
        'page-type': 'all-page-types',
        granularity: 'monthly',
        timestamp: `2024-0${month}-01T00:00:00.000Z`,
        edits: type === 'user' ? edits(p, month) : type === 'anonymous' ? 1 : edits(p, month) + 1,
      })),
    ),
  );
  await gateway.load('edits-aggregate', items, { complete: true });
  const views = Array.from({ length: 40 }, (_, i) => ({
    project: 'aa.wikipedia',
    access: 'desktop',
    agent: 'user',
    granularity: 'daily',
    timestamp: new Date(Date.UTC(2024, 0, 1 + i)).toISOString(),
    views: 10 + i,
  }));
  await gateway.load(
    'pageviews-aggregate',
    views.filter((_, i) => i !== 5),
    { complete: true },
  );
});
after(() => gateway.close());

const BASE = { metric: 'edits-aggregate', range: '2024-01..2024-04', where: { 'editor-type': 'user' } };

void describe('answers', () => {
  void test('one row a project over the whole range, the most edits first', async () => {
    const { rows, route, query, coverage } = await ask(gateway, {
      ...BASE,
      by: 'project',
      where: BASE.where,
    });
    assert.equal(route, 'warehouse');
    const sums = PROJECTS.map((project, p) => ({
      project,
      edits: [1, 2, 3, 4].reduce((sum, month) => sum + edits(p, month), 0),
    }));
    assert.deepEqual(rows, sums.toReversed());
    assert.deepEqual(query.where, { 'editor-type': 'user', 'page-type': 'all-page-types' });
    assert.deepEqual(query.range, { start: '2024-01-01', end: '2024-04-30' });
    assert.deepEqual(coverage, { start: '2024-01-01', end: '2024-04-30', complete: true });
  });

  void test('a whole range is not compared with a part of one: 2023 was not loaded', async () => {
    const question = { ...BASE, range: '2024-02..2024-04', compare: 'previous', total: true };
    const { rows, total } = await ask(gateway, { ...question, by: 'project', limit: 1 });
    for (const row of [rows[0], total]) {
      assert.ok(Number(row?.edits) > 0);
      assert.deepEqual([row?.edits_compared, row?.edits_change], [null, null]);
    }
    const inside = await ask(gateway, { ...question, range: '2024-03..2024-04', by: 'project', limit: 1 });
    assert.equal(inside.rows[0]?.edits_compared, edits(3, 1) + edits(3, 2));
  });

  void test('a year of which a day is missing is none, by key, by SQL and by its URL', async () => {
    const article = { project: 'aa.wikipedia', access: 'desktop', agent: 'user', article: 'A' };
    const days = Array.from({ length: 731 }, (_, i) => new Date(Date.UTC(2022, 0, 1 + i)));
    const items = days
      .filter((day) => day.toISOString() !== '2022-03-10T00:00:00.000Z')
      .map((day) => ({
        ...article,
        granularity: 'daily',
        timestamp: day.toISOString().slice(0, 10).replaceAll('-', ''),
        views: 1,
      }));
    await gateway.load('pageviews-per-article', items);
    // A month that was loaded as such counts, whatever its days are.
    const month = { ...article, project: 'bb.wikipedia', granularity: 'monthly', views: 1 };
    const months = Array.from({ length: 12 }, (_, i) => ({
      ...month,
      timestamp: `2022${`0${i + 1}`.slice(-2)}01`,
    }));
    await gateway.load('pageviews-per-article', months);
    const day = {
      ...article,
      project: 'bb.wikipedia',
      granularity: 'daily',
      timestamp: '20220310',
      views: 1,
    };
    await gateway.load('pageviews-per-article', [day]);

    const question = { metric: 'pageviews-per-article', range: '2022..2023', grain: 'yearly' };
    const byKey = await ask(gateway, { ...question, where: article });
    const bySql = await ask(gateway, { ...question, where: { ...article, article: { prefix: 'A' } } });
    assert.deepEqual([byKey.route, bySql.route], ['series', 'warehouse']);
    assert.deepEqual(byKey.rows, [{ timestamp: '2023-01-01', views: 365 }]);
    assert.deepEqual(bySql.rows, byKey.rows);
    const years = async (project: string): Promise<unknown> => {
      const path = `/metrics/pageviews/per-article/${project}/desktop/user/A/yearly/20220101/20231231`;
      const response = await gateway.get(path);
      return (response.body as { items: Row[] }).items.map(({ timestamp, views }) => [timestamp, views]);
    };
    assert.deepEqual(await years('aa.wikipedia'), [['2023010100', 365]]);
    assert.deepEqual(await years('bb.wikipedia'), [['2022010100', 12]]);
  });

  void test('where nothing is loaded the newest period is echoed as it was asked for', async () => {
    const question = { metric: 'unique-devices', range: 'latest', where: { project: 'aa.wikipedia' } };
    const { query, reason, rows } = await ask(gateway, question);
    assert.deepEqual([query.range, reason, rows], [{ start: 'latest', end: 'latest' }, 'not-loaded', []]);
    assert.deepEqual((await ask(gateway, query)).query, query);
  });

  void test('the echoed question is the same question', async () => {
    const first = await ask(gateway, {
      ...BASE,
      by: 'project',
      grain: 'monthly',
      range: '-8m',
      order: '-edits',
    });
    const again = await ask(gateway, first.query);
    assert.deepEqual(again, first);
  });

  void test('where: lists, prefixes and not; totals are not counted with their parts', async () => {
    const of = async (where: object, by: string): Promise<unknown[]> =>
      (await ask(gateway, { ...BASE, where, by })).rows.map((row) => row[by]);
    assert.deepEqual(await of({ ...BASE.where, project: { prefix: 'aa.' } }, 'project'), [
      'aa.wiktionary',
      'aa.wikipedia',
    ]);
    assert.deepEqual(
      await of({ ...BASE.where, project: { not: ['aa.wikipedia', 'cc.wikipedia'] } }, 'project'),
      ['aa.wiktionary', 'bb.wikipedia'],
    );
    assert.deepEqual(await of({ project: 'aa.wikipedia' }, 'editor-type'), ['user', 'anonymous']);
    assert.deepEqual(
      await of({ project: 'aa.wikipedia', 'editor-type': ['all-editor-types', 'user'] }, 'editor-type'),
      ['all-editor-types', 'user'],
    );
    const { rows } = await ask(gateway, {
      ...BASE,
      where: { project: 'aa.wikipedia', 'editor-type': { not: 'user' } },
    });
    assert.deepEqual(rows, [{ edits: 4 }]);
  });

  void test('a cursor walks everything once, whatever the limit', async () => {
    for (const order of [[], ['-edits'], ['project', '-timestamp']]) {
      const question = { ...BASE, by: 'project', grain: 'monthly', range: '2024', order };
      const whole = await ask(gateway, question);
      assert.equal(whole.rows.length, 20);
      for (const limit of [1, 3, 7, 20]) {
        const walked: Row[] = [];
        let cursor: string | null = null;
        do {
          const page = await ask(gateway, { ...question, limit, ...(cursor === null ? {} : { cursor }) });
          assert.ok(page.rows.length <= limit);
          walked.push(...page.rows);
          cursor = page.cursor;
        } while (cursor !== null);
        assert.deepEqual(walked, whole.rows);
      }
    }
  });

  void test('a cursor of another question, or spoilt, is refused', async () => {
    const { cursor } = await ask(gateway, { ...BASE, by: 'project', limit: 1 });
    assert.ok(cursor);
    await assert.rejects(
      ask(gateway, { ...BASE, by: 'project', limit: 1, range: '2024-02', cursor }),
      /another question/,
    );
    const spoilt = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace('.1.', '.2.')).toString(
      'base64url',
    );
    await assert.rejects(
      ask(gateway, { ...BASE, by: 'project', limit: 1, cursor: spoilt }),
      /cursor is not valid/,
    );
  });

  void test('a total is over everything, also what is on other pages', async () => {
    const { total, rows } = await ask(gateway, {
      ...BASE,
      by: 'project',
      grain: 'monthly',
      limit: 2,
      total: true,
    });
    const sum = PROJECTS.flatMap((_, p) => [1, 2, 3, 4].map((month) => edits(p, month))).reduce(
      (a, b) => a + b,
      0,
    );
    assert.equal(rows.length, 2);
    assert.deepEqual(total, { project: null, timestamp: null, edits: sum });
  });

  void test('a comparison puts the earlier periods beside the rows', async () => {
    const question = {
      ...BASE,
      by: 'project',
      range: '2024-03..2024-04',
      grain: 'monthly',
      compare: 'previous',
      total: true,
    };
    const { rows, query, total } = await ask(gateway, {
      ...question,
      where: { ...BASE.where, project: 'bb.wikipedia' },
    });
    assert.deepEqual(query.compare, { start: '2024-01-01', end: '2024-02-29' });
    assert.deepEqual(
      rows.map((row) => [
        row.timestamp,
        row.edits,
        row.timestamp_compared,
        row.edits_compared,
        row.edits_change,
      ]),
      [
        ['2024-03-01', 203, '2024-01-01', 201, 2 / 201],
        ['2024-04-01', 204, '2024-02-01', 202, 2 / 202],
      ],
    );
    assert.equal(total?.edits_compared, 403);
    const views = {
      metric: 'pageviews-aggregate',
      where: { project: 'aa.wikipedia', access: 'desktop', agent: 'user' },
    };
    const february = await ask(gateway, { ...views, range: '2024-02', compare: 'previous' });
    assert.deepEqual(february.query.compare, { start: '2024-01-01', end: '2024-01-31' });
  });

  void test('fill: zero where nothing happened, null where that is not known', async () => {
    const asked = {
      ...BASE,
      where: { ...BASE.where, project: 'aa.wikipedia' },
      grain: 'monthly',
      range: '2024-04..2024-07',
    };
    const of = async (fill: string): Promise<unknown[]> =>
      (await ask(gateway, { ...asked, fill })).rows.map((row) => row.edits);
    assert.deepEqual(await of('zero'), [104, 0, 106, null]);
    assert.deepEqual(await of('null'), [104, null, 106, null]);
    const open = await ask(gateway, { ...asked, where: BASE.where, by: 'project', fill: 'zero', limit: 3 });
    assert.equal(open.rows.length, 3);
    assert.ok(open.cursor);
    const views = {
      metric: 'pageviews-aggregate',
      where: { project: 'aa.wikipedia', access: 'desktop', agent: 'user' },
    };
    const series = await ask(gateway, {
      ...views,
      range: '2024-01-05..2024-01-07',
      grain: 'daily',
      fill: 'zero',
    });
    assert.equal(series.route, 'series');
    assert.deepEqual(
      series.rows.map((row) => row.views),
      [14, 0, 16],
    );
  });

  void test('weeks and years are whole ones only', async () => {
    const views = {
      metric: 'pageviews-aggregate',
      where: { access: 'desktop', agent: 'user' },
      range: '2024',
      grain: 'weekly',
    };
    const open = await ask(gateway, { ...views, by: 'project' });
    const listed = await ask(gateway, {
      ...views,
      by: 'project',
      where: { ...views.where, project: 'aa.wikipedia' },
    });
    assert.deepEqual([open.route, listed.route], ['warehouse', 'series']);
    assert.deepEqual(open.rows, listed.rows);
    assert.equal(open.rows.length, 5);
    assert.deepEqual(
      (await ask(gateway, { ...BASE, by: 'project', range: '2024', grain: 'yearly' })).rows,
      [],
    );
  });

  void test('a dry run reads nothing, and says what it would cost', async () => {
    const before = [faults.selects, faults.reads.length];
    const { rows, cost, route } = await ask(gateway, {
      ...BASE,
      by: 'project',
      grain: 'monthly',
      range: '2024-06',
      dryRun: true,
    });
    assert.deepEqual([rows, route], [[], 'warehouse']);
    assert.ok(cost > 0);
    assert.deepEqual([faults.selects, faults.reads.length], before);
  });

  void test('the same question again is answered from the cache, and many at once by one statement', async () => {
    const question = { ...BASE, by: 'project', grain: 'monthly', range: '2024-02' };
    const before = faults.selects;
    await Promise.all(Array.from({ length: 5 }, () => ask(gateway, question)));
    await ask(gateway, { ...question, range: ['2024-02-01', '2024-02-29'] });
    assert.equal(faults.selects, before + 1);
    const url = `/query?query=${encodeURIComponent(JSON.stringify(question))}`;
    const { headers } = await gateway.get(url);
    assert.match(headers['cache-status'] as string, /hit/);
    assert.equal(headers.vary, 'Accept, Accept-Encoding');
    const known = await gateway.get(url).set('if-none-match', headers.etag as string);
    assert.equal(known.status, 304);
  });

  void test('an answer without rows is not an error, and says why', async () => {
    const none = await ask(gateway, { ...BASE, where: { project: 'zz.wikipedia' } });
    assert.deepEqual([none.rows, none.coverage, none.reason], [[], null, 'not-loaded']);
    const outside = await ask(gateway, { ...BASE, by: 'project', range: '2019' });
    assert.deepEqual([outside.rows, outside.coverage, outside.reason], [[], null, 'outside-coverage']);
  });

  void test('CSV and NDJSON, by name and by Accept', async () => {
    const url =
      '/query?metric=edits-aggregate&where.editor-type=user&where.project^=aa&by=project&range=2024-01&total=true';
    const csv = await gateway.get(url).set('accept', 'text/csv');
    assert.equal(csv.text, 'project,edits\r\naa.wiktionary,401\r\naa.wikipedia,101\r\n,502\r\n');
    const lines = await gateway.get(`${url}&format=ndjson`);
    assert.equal(lines.headers['content-type'], 'application/x-ndjson; charset=utf-8');
    assert.equal((lines.body as unknown as string) && lines.text.split('\n').length, 4);
  });

  void test('too dear a question is refused before it is read', async () => {
    const poor = await startGateway({ flags: { points: '30' } });
    try {
      const question = { ...BASE, range: '2024', by: 'project', grain: 'monthly' };
      await assert.rejects(ask(poor, { ...question, limit: 31 }), /too-many-points/);
      await ask(poor, { ...question, limit: 30 });
    } finally {
      await poor.close();
    }
  });

  void test('what was not loaded costs nothing', async () => {
    const where = { project: ['aa.wikipedia'], access: 'desktop', agent: ['user', 'spider'] };
    const question = { metric: 'pageviews-aggregate', where, by: 'agent', grain: 'daily' };
    const { cost } = await ask(gateway, { ...question, range: '2000..2024' });
    assert.equal(cost, 2 * 40);
  });
});
