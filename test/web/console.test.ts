import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiFor } from '../../src/api/catalogue/openapi.ts';
import { makeCatalogue } from '../../src/core/metric/catalogue.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { operationsOf, requestUrl } from '../../src/web/operations.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* The REST console. All numbers are made up for the tests. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  const row = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'monthly' };
  await gateway.load('unique-devices', [
    { ...row, timestamp: '20200201', devices: 3, offset: 1, underestimate: 2 },
  ]);
});
after(() => gateway.close());

const CATALOGUE = makeCatalogue(METRICS);
const operations = operationsOf(CATALOGUE);

void test('it has a page for every operation of the OpenAPI document, and a field for each parameter', async () => {
  const { paths } = openApiFor(CATALOGUE, new Map()) as { paths: Record<string, Record<string, object>> };
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => (operation as { operationId: string }).operationId),
  );
  // The console shows answers that end; /stream has none.
  ids.splice(ids.indexOf('stream'), 1);
  assert.deepEqual(ids.toSorted(), [...operations.keys()].toSorted());
  const list = await gateway.get('/docs/api').expect(200);
  for (const [id, { parameters }] of operations) {
    assert.ok(list.text.includes(`href="/docs/api/${id}"`), id);
    const { text } = await gateway.get(`/docs/api/${id}`).expect(200);
    for (const { name } of parameters) {
      assert.ok(text.includes(`<label for="field-${name}">`), `${id} ${name}`);
      assert.ok(text.includes(`id="field-${name}" name="${name}"`), `${id} ${name}`);
    }
  }
});

void test('its form leads to the request that it describes, whatever is typed into it', async () => {
  const values = {
    project: 'a/b?c#d',
    'access-site': 'all-sites',
    granularity: 'daily',
    start: '-7d',
    end: '',
  };
  const query = new URLSearchParams({ ...values, format: 'csv', fill: '' });
  const { headers } = await gateway.get(`/docs/api/unique-devices/answer?${query.toString()}`).expect(303);
  assert.equal(
    headers['location'],
    '/metrics/unique-devices/a%2Fb%3Fc%23d/all-sites/daily/-7d/{end}?format=csv',
  );
  const evil = requestUrl(
    operations.get('catalogue-metric')!,
    new URLSearchParams({ name: '//evil.example' }),
  );
  assert.equal(evil, '/catalogue/%2F%2Fevil.example');
});

void test('it begins with a question that has an answer here', async () => {
  const { text } = await gateway.get('/docs/api/unique-devices');
  const values = [...text.matchAll(/id="field-([^"]*)" name="[^"]*"[^>]*?value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value],
  );
  const query = new URLSearchParams(values);
  query.set('granularity', /<option selected>(\w+)<\/option>/.exec(text)?.[1] ?? '');
  const { headers } = await gateway.get(`/docs/api/unique-devices/answer?${query.toString()}`);
  await gateway.get(headers['location'] ?? '').expect(200);
});

void test('who asks for an operation that isn’t there is told which is near', async () => {
  const { text } = await gateway.get('/docs/api/unique-device').expect(404);
  assert.match(text, /href="\/docs\/api\/unique-devices"/);
  await gateway.get('/docs/api/nothing/answer').expect(404);
});
