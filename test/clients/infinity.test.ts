import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';

/* docs/grafana.md: the requests of the plugin Infinity, as its documentation describes them. */

const PAGE = readFileSync(new URL('../../../docs/grafana.md', import.meta.url), 'utf8');

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.loadSample();
});
after(() => gateway.close());

/** An address with the range of a panel from 2016 to the end of 2020, by the formats of moment.js. */
function asked(address: string): string {
  const ends = { from: ['2016', '01', '01'], to: ['2020', '12', '31'] } as const;
  return address.replace(/\$\{__(from|to):date:([^}]+)\}/g, (_, name: 'from' | 'to', format: string) => {
    const [year, month, day] = ends[name];
    return format.replace('YYYY', year).replace('MM', month).replace('DD', day);
  });
}

void test("Infinity's addresses are tables with a time that any parser reads, and a number", async () => {
  const addresses = [...PAGE.matchAll(/http:\/\/127\.0\.0\.1:8080(\/\S+\$\{__from\S+)/g)].map(
    ([, path = '']) => path,
  );
  assert.equal(addresses.length, 2);
  const tables = await Promise.all(
    addresses.map(async (address) => {
      const { status, headers, text } = await gateway.get(asked(address)).set('accept', '*/*');
      assert.equal(status, 200, text);
      assert.match(headers['content-type'] ?? '', /^text\/csv/);
      return text
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
    }),
  );
  const [wide = [], query = []] = tables;
  assert.deepEqual(wide[0], ['date', 'Moonlight_(2016_film)', 'Gravity_(2013_film)']);
  assert.deepEqual(wide[1], ['2016-01-01', '6290', '2666']);
  assert.deepEqual(query[0], ['project', 'timestamp', 'edits']);
  assert.match(query[1]?.[1] ?? '', /^2016-01-01$/);
  assert.ok(Number(query[1]?.[2]) > 0);
});
