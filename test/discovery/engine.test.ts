import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

/*
 * What machines are told while no engine has answered yet. A portal forgets what an empty catalogue doesn't name, and a
 * site what has no frame: they have to come again.
 */

const faults = new Faults();
let gateway: Gateway;
before(async () => {
  faults.mode = 'failing';
  gateway = await startGateway({
    wrapStore: (store) => faults.store(store),
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
});
after(async () => {
  faults.mode = 'fine';
  await gateway.close();
});

describe('before the engines answer', () => {
  const page = encodeURIComponent('http://127.0.0.1/docs/unique-devices');
  for (const path of [
    '/catalogue.jsonld',
    '/catalogue.atom',
    '/llms.txt',
    '/catalogue?format=json',
    `/oembed?url=${page}`,
  ])
    void test(`${path} asks to come again`, async () => {
      const { headers } = await gateway.get(path).set('host', '127.0.0.1').expect(503);
      assert.match(headers['retry-after'] as string, /^\d+$/);
    });

  for (const path of ['/sitemap.xml', '/robots.txt'])
    void test(`${path} is there, because it tells nothing of data`, async () => {
      await gateway.get(path).expect(200);
    });
});
