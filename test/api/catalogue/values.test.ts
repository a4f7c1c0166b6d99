import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { Faults } from '../../support/faults.ts';

const faults = new Faults();
let gateway: Gateway;
const view = (project: string, article: string, views: number, timestamp = '2024013100'): object => ({
  project,
  article,
  access: 'desktop',
  agent: 'user',
  granularity: 'daily',
  timestamp,
  views,
});
before(async () => {
  gateway = await startGateway({ wrapWarehouse: (warehouse) => faults.warehouse(warehouse) });
  await gateway.load('pageviews-per-article', [
    view('en.wikipedia', 'Cat', 5),
    view('en.wikipedia', 'Cattle', 50),
    view('en.wikipedia', 'Dog', 500),
    view('en.wikipedia', 'Canal', 9, '2023010100'),
    view('de.wikipedia', 'Catania', 70),
    view('en.wikipedia', 'C%_\'"', 1),
  ]);
  const country = (country: string): object => ({
    country,
    access: 'all-access',
    year: '2024',
    month: '01',
    day: '02',
    articles: [{ article: 'Cat', project: 'en.wikipedia', views_ceil: 200, rank: 1 }],
  });
  await gateway.load('pageviews-top-per-country', [country('FR'), country('DE')]);
});
after(() => gateway.close());

async function valuesAt(path: string): Promise<string[]> {
  const response = await gateway.get(`/catalogue/${path}`);
  assert.equal(response.status, 200, response.text);
  assert.equal(response.headers['access-control-allow-origin'], '*');
  assert.ok(response.headers.etag);
  return (response.body as { values: string[] }).values;
}
const ARTICLES = 'pageviews-per-article/values/article';

describe('/catalogue/NAME/values/DIMENSION', () => {
  test('has the values of the newest rows that begin with the prefix, the greatest first', async () => {
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=Cat`), ['Catania', 'Cattle', 'Cat']);
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=Cat&limit=1`), ['Catania']);
    assert.deepEqual(await valuesAt(`${ARTICLES}?limit=2`), ['Dog', 'Catania']);
    // As R spells it.
    assert.deepEqual(await valuesAt(`${ARTICLES}?limit=2e+00`), ['Dog', 'Catania']);
  });

  test('other dimensions narrow it', async () => {
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=Cat&project=en.wikipedia`), ['Cattle', 'Cat']);
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=Cat&project=www.EN.wikipedia.org`), [
      'Cattle',
      'Cat',
    ]);
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=Cat&project=en.wikipedia&agent=spider`), []);
    assert.deepEqual(await valuesAt(`${ARTICLES}?project=xx.wikipedia`), []);
  });

  test('seeks with a capital what isn’t found as it was written, and takes nothing for a pattern', async () => {
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=dog`), ['Dog']);
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=${encodeURIComponent('C%')}`), ['C%_\'"']);
    assert.deepEqual(await valuesAt(`${ARTICLES}?prefix=${encodeURIComponent("' OR 1=1 --")}`), []);
  });

  test('a closed list is filtered, a scope has what is loaded, a list what it ranks', async () => {
    assert.deepEqual(await valuesAt('pageviews-per-article/values/access?prefix=mob'), [
      'mobile-app',
      'mobile-web',
    ]);
    assert.deepEqual(await valuesAt('pageviews-per-article/values/project?prefix=E'), ['en.wikipedia']);
    assert.deepEqual(await valuesAt('pageviews-top-per-country/values/country'), ['DE', 'FR']);
    assert.deepEqual(await valuesAt('pageviews-top-per-country/values/article?country=FR'), ['Cat']);
    assert.deepEqual(await valuesAt('unique-devices/values/project'), []);
  });

  test('a mistake is a 400 that names the parameter', async () => {
    for (const [path, parameter] of [
      ['nonesuch/values/article', 'name'],
      ['pageviews-per-article/values/nonesuch', 'dimension'],
      [`${ARTICLES}?limit=0`, 'limit'],
      [`${ARTICLES}?limit=1e-1`, 'limit'],
      [`${ARTICLES}?limit=1e+03`, 'limit'],
      [`${ARTICLES}?prefixx=a`, 'prefixx'],
      [`${ARTICLES}?prefix=a&prefix=b`, 'prefix'],
      [`${ARTICLES}?access=nonesuch`, 'access'],
      [`${ARTICLES}?article=Cat`, 'article'],
    ] as const) {
      const response = await gateway.get(`/catalogue/${path}`);
      assert.equal(response.status, 400, path);
      assert.equal((response.body as { parameter: string }).parameter, parameter, path);
    }
  });

  test('a warehouse that hangs is waited for a moment only', async () => {
    faults.hang();
    const started = performance.now();
    const response = await gateway.get(`/catalogue/${ARTICLES}?prefix=New`);
    faults.resume();
    assert.equal(response.status, 503);
    assert.ok(response.headers['retry-after']);
    assert.ok(performance.now() - started < 5000);
  });
});
