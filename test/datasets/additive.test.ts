import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { folderWith, remove } from './folder.ts';

/* Measures that don't add up, beside one that does. All numbers are made up for the tests. */

let gateway: Gateway;
let folder: string;
const months = Array.from({ length: 12 }, (_, i) => `2024-${String(i + 1).padStart(2, '0')}`);

before(async () => {
  folder = await folderWith({
    'shop.csv': [
      'month,town,cakes,people',
      ...months.flatMap((month) => [`${month},North,10,7`, `${month},South,1,2`]),
      '',
    ].join('\n'),
    'shop.yaml':
      'dataset: shop\ntitle: A shop\nlicence: CC0-1.0\nfile: shop.csv\ngrain: monthly\ndate: month\ndimensions: [town]\nmeasures:\n  cakes:\n  people: { additive: false }\n',
    'guests.csv': ['month,people', ...months.map((month) => `${month},7`), ''].join('\n'),
    'guests.yaml':
      'dataset: guests\ntitle: Guests\nlicence: CC0-1.0\nfile: guests.csv\ngrain: monthly\ndate: month\nmeasures: { people: { additive: false } }\n',
  });
  gateway = await startGateway({ datasets: [folder] });
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

async function items(path: string): Promise<unknown> {
  const response = await gateway.get(path);
  assert.equal(response.status, 200, response.text);
  return (response.body as { items: unknown }).items;
}

describe('one measure that doesn’t add up', () => {
  test('leaves the others their years', async () => {
    assert.deepEqual(await items('/metrics/datasets/shop/North/yearly/20240101/20241231'), [
      { town: 'North', granularity: 'yearly', timestamp: '20240101', cakes: 120, people: null },
    ]);
    const csv = await gateway.get('/metrics/datasets/shop/North/yearly/20240101/20241231.csv');
    assert.match(csv.text, /^town,granularity,timestamp,cakes,people\r\nNorth,yearly,[^,]*,120,\r\n$/);
  });

  test('leaves the others their sums of values', async () => {
    const sum = '/metrics/datasets/shop/North%7CSouth/monthly/20240101/20240101?sum=town';
    assert.deepEqual(await items(sum), [
      { town: 'North|South', granularity: 'monthly', timestamp: '20240101', cakes: 11, people: null },
    ]);
    const alone = '/metrics/datasets/shop/North/monthly/20240101/20240101?sum=town';
    assert.deepEqual(await items(alone), [
      { town: 'North', granularity: 'monthly', timestamp: '20240101', cakes: 10, people: 7 },
    ]);
  });

  test('leaves the others what GraphQL and /query add', async () => {
    const query = `{ shop(town: "North", grain: YEARLY, start: "2024-01-01", end: "2024-12-31") { cakes people }
      query(input: { metric: "shop", range: "2024", grain: "yearly", measures: ["cakes"] }) { rows { measures { value } } } }`;
    const response = await gateway.agent().post('/graphql').send({ query });
    assert.deepEqual((response.body as { data: unknown }).data, {
      shop: { cakes: [120], people: [null] },
      query: { rows: [{ measures: [{ value: 132 }] }] },
    });
    const all = await gateway.get('/query?metric=shop&range=2024&grain=yearly&where.town=North');
    const { detail } = all.body as { detail: string };
    assert.equal(all.status, 400);
    assert.match(detail, /^people can't be added up, .* name other measures\.$/);
  });

  test('isn’t drawn where it is null, and says why', async () => {
    for (const path of [
      '/metrics/datasets/shop/North/yearly/20240101/20241231.svg?measure=people',
      '/metrics/datasets/shop/North%7CSouth/monthly/20240101/20241201.svg?sum=town&measure=people',
    ]) {
      const response = await gateway.get(path);
      const { parameter, allowed, detail } = response.body as Record<string, unknown>;
      assert.deepEqual([response.status, parameter, allowed], [400, 'measure', ['cakes']]);
      assert.match(String(detail), /^people can't be added up/);
    }
    assert.equal(
      (await gateway.get('/metrics/datasets/shop/North/yearly/20240101/20241231.svg')).status,
      200,
    );
    for (const view of ['lines', 'table', 'top']) {
      const page = await gateway
        .get(
          `/?metric=shop&town=North&granularity=yearly&start=2024-01-01&end=2024-12-31&measure=people&view=${view}`,
        )
        .set('accept', 'text/html');
      assert.equal(page.status, 400);
      assert.match(page.text, /id="measure-error">\s*people can(?:'|&#39;)t be added up/);
    }
  });
});

test('where nothing adds up, what is refused says which measure and why', async () => {
  const yearly = await gateway.get('/metrics/datasets/guests/yearly/20240101/20241231');
  assert.equal(yearly.status, 400);
  assert.equal(
    (yearly.body as { hint: string }).hint,
    "guests has no yearly numbers; it has monthly ones. people can't be added up, because the same thing would count twice.",
  );
});
