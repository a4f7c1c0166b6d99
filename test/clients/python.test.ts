import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lacking, python } from '../support/python.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * AQS's Python clients, unchanged but for the base URL. They need Python with the packages mwviews
 * and pageviewapi.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));

type Results = Record<string, { value?: unknown; error?: string }>;

describe('AQS clients in Python', { skip: lacking('mwviews', 'pageviewapi') }, () => {
  let gateway: Gateway;
  let results: Results;
  const value = (name: string): unknown => {
    const { value: found, error } = results[name] ?? {};
    assert.equal(error, undefined, name);
    return found;
  };

  before(async () => {
    gateway = await startGateway();
    await gateway.loadSample();
    // Made up: no real rows of these are at hand.
    const made = { project: 'en.wikipedia', access: 'all-access', agent: 'all-agents' };
    await gateway.load('pageviews-aggregate', [
      { ...made, granularity: 'daily', timestamp: '2024030100', views: 10 },
      { ...made, granularity: 'daily', timestamp: '2024030200', views: 20 },
      { ...made, granularity: 'hourly', timestamp: '2024030100', views: 1 },
      { ...made, granularity: 'hourly', timestamp: '2024030101', views: 2 },
    ]);
    const list = { access: 'all-access', year: '2024', month: '03' };
    await gateway.load('pageviews-top-by-country', [
      { ...list, project: 'en.wikipedia', countries: [{ country: 'US', views: 5000 }] },
    ]);
    await gateway.load('pageviews-top-per-country', [
      {
        ...list,
        day: '01',
        country: 'FR',
        articles: [{ article: 'Chat', project: 'fr.wikipedia', views: 150 }],
      },
    ]);
    await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
    const { port } = gateway.app.api.server.address() as AddressInfo;
    const script = join(root, 'test/clients/clients.py');
    const { stdout } = await promisify(execFile)(python, [script, `http://127.0.0.1:${port}`], {
      maxBuffer: 1e8,
    });
    results = JSON.parse(stdout) as Results;
  });
  after(() => gateway.close());

  test('mwviews gets articles, projects and tops', () => {
    assert.deepEqual(value('mwviews.article_views daily'), {
      '2015-07-01 00:00:00': { 'Philip,_Duke_of_Edinburgh': 1261 },
      '2015-07-02 00:00:00': { 'Philip,_Duke_of_Edinburgh': 795 },
      '2015-07-03 00:00:00': { 'Philip,_Duke_of_Edinburgh': 556 },
    });
    assert.deepEqual(Object.keys(value('mwviews.article_views monthly') as object), [
      '2017-01-01 00:00:00',
      '2017-02-01 00:00:00',
      '2017-03-01 00:00:00',
    ]);
    assert.deepEqual(value('mwviews.project_views daily'), {
      '2024-03-01 00:00:00': { 'en.wikipedia': 10 },
      '2024-03-02 00:00:00': { 'en.wikipedia': 20 },
    });
    assert.deepEqual(value('mwviews.project_views hourly'), {
      '2024-03-01 00:00:00': { 'en.wikipedia': 1 },
      '2024-03-01 01:00:00': { 'en.wikipedia': 2 },
    });
    assert.deepEqual(
      (value('mwviews.top_articles') as { rank: number }[]).map(({ rank }) => rank),
      [1, 2, 3],
    );
    assert.deepEqual(value('mwviews.top_by_country'), [
      { country: 'US', views: '1000-9999', rank: 1, views_ceil: 5000 },
    ]);
    assert.deepEqual(value('mwviews.top_per_country'), [
      { article: 'Chat', project: 'fr.wikipedia', views_ceil: 200, rank: 1 },
    ]);
  });

  test('pageviewapi gets every endpoint, and its own exception where there is nothing', () => {
    for (const name of ['per_article', 'top', 'aggregate', 'unique_devices', 'legacy_pagecounts']) {
      assert.ok((value(`pageviewapi.${name}`) as { items: unknown[] }).items.length > 0, name);
    }
    assert.match(results['pageviewapi.per_article, not there']?.error ?? '', /^ZeroOrDataNotLoadedException/);
  });

  test('their own bugs are theirs: what AQS refuses is refused here', () => {
    // mwviews steps by timedelta(months=1), which Python doesn't have.
    assert.match(results['mwviews.project_views monthly']?.error ?? '', /TypeError/);
    // pageviewapi.top doesn't pad months and days with zeros, as its own documentation's call needs.
    assert.match(results['pageviewapi.top, one digit']?.error ?? '', /400/);
    // pageviewapi.unique_devices has all-access by default, which is no access-site.
    assert.match(results['pageviewapi.unique_devices, its default access']?.error ?? '', /400/);
  });
});
