import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type supertest from 'supertest';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* How the rows of /query are written on request. All numbers are made up. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-top-by-country', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '03',
      countries: [
        { country: 'NA', views: 5000, rank: 1 },
        { country: 'ZZ', views: 4000, rank: 2 },
      ],
    },
  ]);
  const row = { project: 'en.wikipedia', access: 'all-access', agent: 'user' };
  await gateway.load('pageviews-aggregate', [
    { ...row, agent: 'all-agents', granularity: 'hourly', timestamp: '2024030106', views: 7 },
  ]);
  await gateway.load('pageviews-per-article', [
    { ...row, article: '=1+1', granularity: 'daily', timestamp: '2024030100', views: 3 },
  ]);
});
after(() => gateway.close());

const COUNTRIES =
  '/query?metric=pageviews-top-by-country&where.project=en.wikipedia&by=country&range=2024-03';
const HOURS = '/query?metric=pageviews-aggregate&where.project=en.wikipedia&grain=hourly&range=2024-03-01T06';
const ARTICLES =
  '/query?metric=pageviews-per-article&where.project=en.wikipedia&where.agent=user&where.article==1%2B1&by=article&range=2024-03-01';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

async function asked(path: string, accept = '*/*'): Promise<supertest.Response> {
  const response = await gateway.get(path).set('accept', accept).buffer(true);
  assert.equal(response.status, 200, response.text);
  return response;
}

/** The status of a refusal, and the parameter at fault. */
async function fault(path: string): Promise<[status: number, parameter: string]> {
  const response = await gateway.get(path);
  return [response.status, (response.body as { parameter: string }).parameter];
}

describe('names=country', () => {
  test('puts the name behind the code, in every form and by POST', async () => {
    const csv = await asked(`${COUNTRIES}&names=country&format=csv`);
    assert.deepEqual(csv.text.split('\r\n'), [
      'country,country_name,views_ceil',
      'NA,Namibia,5000',
      'ZZ,,4000',
      '',
    ]);
    const ndjson = await asked(`${COUNTRIES}&names=country&format=ndjson`);
    assert.equal(ndjson.text.split('\n')[1], '{"country":"ZZ","country_name":null,"views_ceil":4000}');
    const question = {
      metric: 'pageviews-top-by-country',
      where: { project: 'en.wikipedia' },
      by: 'country',
      range: '2024-03',
    };
    const posted = await gateway.agent().post('/query?names=country').send(question);
    assert.deepEqual((posted.body as { rows: unknown[] }).rows[0], {
      country: 'NA',
      country_name: 'Namibia',
      views_ceil: 5000,
    });
    assert.doesNotMatch((await asked(COUNTRIES)).text, /Namibia/);
  });

  test('is refused where no country is among the rows', async () => {
    assert.deepEqual(await fault(`${HOURS}&names=country`), [400, 'names']);
    const by = await gateway.get(`${COUNTRIES}&names=project`);
    assert.deepEqual((by.body as { allowed: unknown }).allowed, ['country']);
  });
});

test('time=iso says hours in full', async () => {
  assert.match((await asked(HOURS)).text, /"timestamp":"2024-03-01T06Z"/);
  for (const format of ['json', 'csv', 'ndjson'])
    assert.match((await asked(`${HOURS}&format=${format}&time=iso`)).text, /2024-03-01T06:00:00Z/);
  assert.deepEqual(await fault(`${HOURS}&time=unix`), [400, 'time']);
});

test('what a spreadsheet opens has no formula, and what programs read is exact', async () => {
  const csv = `${ARTICLES}&format=csv`;
  const exact = 'article,views\r\n=1+1,3\r\n';
  const guarded = "article,views\r\n'=1+1,3\r\n";
  const plain = await asked(csv);
  assert.equal(plain.text, exact);
  const opened = await asked(csv, BROWSER);
  assert.equal(opened.text, guarded);
  assert.notEqual(opened.headers['etag'], plain.headers['etag']);
  const saved = await asked(`${csv}&download=views`);
  assert.equal(saved.text, guarded);
  assert.equal(saved.headers['content-disposition'], 'attachment; filename="views.csv"');
  assert.equal((await asked(csv)).text, exact);
  assert.match((await asked(`${ARTICLES}&format=json&download`, BROWSER)).text, /"article":"=1\+1"/);
});

test('an option that is given twice, or that there is not, is refused', async () => {
  assert.deepEqual(await fault(`${HOURS}&format=csv&format=json`), [400, 'format']);
  assert.deepEqual(await fault(`${HOURS}&tiem=iso`), [400, 'tiem']);
});
