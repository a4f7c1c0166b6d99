import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { articleDay } from '../graphql/ask.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
/** Firefox 128 to 131, when a link is followed. */
const WITH_PICTURES = 'text/html,application/xml;q=0.9,image/png,image/svg+xml,*/*;q=0.8';
const IMG = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-per-article', [articleDay('A', '2024-01-01', 5)]);
});
after(() => gateway.close());

/** The media type of an answer, its status, and what it varies by. */
async function formOf(url: string, accept?: string): Promise<string> {
  const asked = gateway.get(url);
  const { status, headers } = await (accept === undefined ? asked : asked.set('accept', accept));
  return `${status} ${headers['content-type']?.split(';', 1)[0]} ${headers['vary']}`;
}

describe('/query', () => {
  const URL = '/query?metric=pageviews-per-article&where.article=A&range=2024-01-01';
  const [JSON, CSV] = ['200 application/json', '200 text/csv'];

  test('gives the form that Accept wants most', async () => {
    const by = 'Accept, Accept-Encoding';
    assert.equal(await formOf(URL), `${JSON} ${by}`);
    assert.equal(await formOf(URL, 'text/csv;q=0, */*'), `${JSON} ${by}`);
    assert.equal(await formOf(URL, 'text/csv;q=0.2, application/json;q=0.1'), `${CSV} ${by}`);
    assert.equal(await formOf(URL, 'application/json;q=0, */*'), `${CSV} ${by}`);
    assert.equal(await formOf(URL, 'application/x-ndjson'), `200 application/x-ndjson ${by}`);
  });

  test('that is named in the URL counts before Accept, by which only a table still varies: its cells are guarded for browsers', async () => {
    assert.equal(await formOf(`${URL}&format=csv`, 'application/json'), `${CSV} Accept, Accept-Encoding`);
    assert.equal(
      await formOf(`${URL}&format=ndjson`, 'application/json'),
      '200 application/x-ndjson Accept-Encoding',
    );
  });

  test('lists the forms where Accept wants none of them', async () => {
    for (const accept of ['text/csv;q=0', 'text/html', 'application/json;q=0'])
      assert.equal(await formOf(URL, accept), '406 application/problem+json Accept', accept);
    const refused = await gateway.get(URL).set('accept', 'image/png');
    const { code, parameter, allowed } = refused.body as Record<string, unknown>;
    assert.deepEqual([code, parameter], ['not-acceptable', 'Accept']);
    assert.deepEqual(allowed, [
      'application/json',
      'text/csv',
      'text/tab-separated-values',
      'application/x-ndjson',
      'application/vnd.apache.parquet',
      'application/vnd.apache.arrow.file',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ]);
    const posted = await gateway.agent().post('/query').set('accept', 'text/html').send({});
    assert.equal(posted.status, 406);
  });
});

describe('/metrics', () => {
  const PATH = '/pageviews/per-article/en.wikipedia/all-access/all-agents/A/daily/20240101/20240101';

  test('gives the form that Accept wants most, and JSON where there is none: never 406', async () => {
    for (const prefix of ['/metrics', '/api/rest_v1/metrics']) {
      const forms: Readonly<Record<string, string>> = {
        '*/*': 'application/json',
        'application/json': 'application/json',
        'text/csv': 'text/csv',
        'text/csv;q=0': 'application/json',
        'text/csv;q=0, */*': 'application/json',
        'text/tab-separated-values, text/csv;q=0.9': 'text/tab-separated-values',
        'application/x-ndjson': 'application/x-ndjson',
        'image/png': 'image/png',
        'image/webp': 'application/json',
        'application/json;q=0': 'application/json',
        [IMG]: 'image/svg+xml',
        'image/png, image/svg+xml;q=0.5': 'image/png',
        'image/svg+xml, image/png': 'image/svg+xml',
        [BROWSER]: 'application/json',
        [WITH_PICTURES]: 'application/json',
      };
      for (const time of ['first', 'again'])
        for (const [accept, type] of Object.entries(forms))
          assert.equal(
            await formOf(prefix + PATH, accept),
            `200 ${type} Accept, Accept-Encoding`,
            `${accept}, ${time}`,
          );
    }
  });

  test('of a URL that names its form are the same whatever Accept says', async () => {
    for (const url of [`${PATH}.csv`, `${PATH}?format=csv`])
      for (const accept of ['application/json', 'text/csv', 'text/csv;q=0'])
        assert.equal(await formOf(`/metrics${url}`, accept), '200 text/csv Accept, Accept-Encoding', accept);
    for (const accept of ['text/csv', 'application/json'])
      assert.equal(
        await formOf(`/metrics${PATH}?shape=columns`, accept),
        '200 application/json Accept-Encoding',
      );
    const wide = await gateway.get(`/metrics${PATH}?shape=wide`).set('accept', 'text/csv');
    assert.deepEqual([wide.status, wide.headers['content-type']], [200, 'text/csv; charset=utf-8']);
  });

  test('are kept apart by form: an ETag of one is none of another', async () => {
    const csv = await gateway.get(`/metrics${PATH}`).set('accept', 'text/csv');
    const etag = csv.headers['etag'] as string;
    const same = gateway.get(`/metrics${PATH}`).set('accept', 'text/csv').set('if-none-match', etag);
    const other = gateway.get(`/metrics${PATH}`).set('if-none-match', etag);
    assert.deepEqual([(await same).status, (await other).status], [304, 200]);
  });
});

describe('pages', () => {
  test('are for those who want HTML most', async () => {
    const by = 'Accept, Accept-Encoding';
    assert.equal(await formOf('/', BROWSER), `200 text/html ${by}`);
    assert.equal(await formOf('/', 'text/html;q=0, */*'), `200 application/json ${by}`);
    assert.equal(await formOf('/', 'application/json, text/html;q=0.5'), `200 application/json ${by}`);
    assert.equal(await formOf('/', 'text/html;q=0.5, application/json;q=0.4'), `200 text/html ${by}`);
    assert.equal(await formOf('/', 'text/*'), `200 text/html ${by}`);
    assert.equal(await formOf('/', 'image/png'), '406 application/problem+json Accept');
  });

  test('of an address that is none likewise; its problem is never 406', async () => {
    assert.equal(await formOf('/nowhere', BROWSER), '404 text/html Accept, Accept-Encoding');
    for (const accept of ['application/json, text/html;q=0.5', 'text/html;q=0', 'image/png', '*/*'])
      assert.equal(await formOf('/nowhere', accept), '404 application/problem+json Accept', accept);
  });
});

describe('/graphql', () => {
  const URL = '/graphql?query={metrics{name}}';

  test('gives the one of its two types that Accept wants most', async () => {
    assert.equal(await formOf(URL), '200 application/json Accept');
    const modern = 'application/graphql-response+json';
    assert.equal(await formOf(URL, `${modern}, application/json;q=0.9`), `200 ${modern} Accept`);
    assert.equal(await formOf(URL, `application/json;q=0, ${modern}`), `200 ${modern} Accept`);
    assert.equal(await formOf(URL, BROWSER), '200 application/json Accept');
    assert.equal(await formOf(URL, 'garbage'), '200 application/json Accept');
  });

  test('lists them where it wants none, before anything is read', async () => {
    assert.equal(await formOf(URL, 'text/csv'), '406 application/problem+json Accept');
    const posted = await gateway
      .agent()
      .post('/graphql')
      .set('accept', 'application/json;q=0')
      .send({ query: '{ metrics { name } }' });
    assert.equal(posted.status, 406);
    assert.deepEqual((posted.body as { allowed: unknown }).allowed, [
      'application/json',
      'application/graphql-response+json',
      'text/event-stream',
    ]);
  });

  test('a visit is one of somebody who wants HTML most', async () => {
    assert.equal((await gateway.get('/graphql').set('accept', BROWSER)).status, 302);
    for (const accept of ['application/json, text/html;q=0.5', 'text/html;q=0, */*'])
      assert.notEqual((await gateway.get('/graphql').set('accept', accept)).status, 302, accept);
  });
});
