import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* The edges of calendars, numbers and texts, over real sockets. All numbers are made up. */

const MAX = Number.MAX_SAFE_INTEGER;
const TITLES = [
  'AC/DC',
  '/',
  'Who?',
  'C++',
  'C#',
  '100%_sure',
  '%',
  '%25',
  '%zz',
  '"Weird"_Al',
  "L'Été_(film)",
  'Tab\there',
  '\\',
  '.',
  '..',
  '../..',
  '🐈_and_👩‍👩‍👧',
  'A&B=C;D,E',
  '_',
  'é'.repeat(127) + 'x',
];

let gateway: Gateway;
const ROW = { project: 'en.wikipedia', granularity: 'daily', access: 'all-access', agent: 'user' };
function day(timestamp: string, article: string, views: number): object {
  return { ...ROW, article, timestamp, views };
}
const daysFrom = (first: string, count: number, article: string, views: (i: number) => number): object[] =>
  Array.from({ length: count }, (_, i) =>
    day(new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10), article, views(i)),
  );

before(async () => {
  gateway = await startGateway();
  await gateway.load('pageviews-per-article', [
    ...TITLES.map((title, i) => day('2024-01-01', title, i + 1)),
    ...daysFrom('2020-12-01', 62, 'Ends', (i) => i + 1),
    ...daysFrom('2024-02-20', 20, 'Leap', (i) => i + 1),
    ...daysFrom('2024-12-20', 30, 'Ends', (i) => i + 1),
    ...daysFrom('2023-05-01', 7, 'Largest', () => MAX),
    ...daysFrom('2023-05-01', 7, 'Large', (i) => (i === 0 ? MAX - 6 : 1)),
  ]);
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
});
after(() => gateway.close());

interface Item {
  readonly article: string;
  readonly timestamp: string;
  readonly views: number;
}
interface Answered {
  readonly status: number;
  readonly text: string;
  readonly items: Item[];
}

/** Sends a path as it is: no client mends or shortens it. */
async function get(path: string): Promise<Answered> {
  const { port } = gateway.app.api.server.address() as AddressInfo;
  const asked = request({ host: '127.0.0.1', port, path, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  const { items = [] } = JSON.parse(text) as { items?: Item[] };
  return { status: response.statusCode ?? 0, text, items };
}

const url = (segment: string, granularity: string, start: string, end: string): string =>
  `/metrics/pageviews/per-article/en.wikipedia/all-access/user/${segment}/${granularity}/${start}/${end}`;

async function rows(article: string, granularity: string, start: string, end: string): Promise<unknown[]> {
  const { status, items, text } = await get(url(article, granularity, start, end));
  assert.equal(status, 200, text);
  return items.map(({ timestamp, views }) => [timestamp, views]);
}

describe('calendars', () => {
  test('a leap day is a day, in its month and in its week', async () => {
    assert.deepEqual(await rows('Leap', 'daily', '20240228', '20240301'), [
      ['2024022800', 9],
      ['2024022900', 10],
      ['2024030100', 11],
    ]);
    assert.deepEqual(await rows('Leap', 'weekly', '20240226', '20240303'), [['2024022600', 70]]);
    assert.deepEqual(await rows('Leap', 'monthly', '20240201', '20240229'), [['2024020100', 55]]);
  });

  test('a day that the calendar has not is refused', async () => {
    for (const date of ['20230229', '20240230', '20240431', '20241301', '19000229']) {
      assert.equal((await get(url('Leap', 'daily', '20230101', date))).status, 400, date);
    }
  });

  test('months end where they end', async () => {
    assert.deepEqual(await rows('Leap', 'daily', '2024-02-29', '2024-02-29'), [['2024022900', 10]]);
    assert.equal((await get(url('Leap', 'monthly', '20240201', '20240228'))).status, 400);
    assert.deepEqual(await rows('Ends', 'monthly', '20201201', '20210131'), [
      ['2020120100', 496],
      ['2021010100', 31 * 31 + 496],
    ]);
  });

  test('the week that ends one year and starts the next is one', async () => {
    const week = (first: number): number => 7 * first + 21;
    assert.deepEqual(await rows('Ends', 'weekly', '20201221', '20210110'), [
      ['2020122100', week(21)],
      ['2020122800', week(28)],
      ['2021010400', week(35)],
    ]);
    assert.deepEqual(await rows('Ends', 'weekly', '20241230', '20250105'), [['2024123000', week(11)]]);
    assert.equal((await get(url('Ends', 'weekly', '20241231', '20250105'))).status, 400, 'no whole week');
  });
});

describe('numbers', () => {
  test('the largest count is exact, by day', async () => {
    const { text } = await get(url('Largest', 'daily', '20230501', '20230501'));
    assert.match(text, /"views":9007199254740991\}/);
  });

  test('a sum is exact up to the largest count', async () => {
    const { text } = await get(url('Large', 'weekly', '20230501', '20230507'));
    assert.match(text, /"views":9007199254740991\}/);
  });

  test('a sum that would be too large to be exact is refused, never rounded', async () => {
    const byDay = url('Largest%7CLarge', 'daily', '20230501', '20230501');
    const refused = {
      [url('Largest', 'weekly', '20230501', '20230507')]: 'granularity',
      [url('Largest', 'monthly', '20230501', '20230531')]: 'granularity',
      [`${byDay}?sum=article`]: 'sum',
    };
    for (const [path, parameter] of Object.entries(refused)) {
      const { status, text } = await get(path);
      assert.equal(status, 400, text);
      const problem = JSON.parse(text) as { code: string; parameter: string };
      assert.deepEqual([problem.code, problem.parameter], ['invalid-parameter', parameter]);
    }
    assert.equal((await get(byDay)).status, 200);
    const query = `{ pageviewsPerArticle(project: "en.wikipedia", article: "Largest", agent: USER, grain: WEEKLY, start: "2023-05-01", end: "2023-05-07") { views } }`;
    const response = await gateway.agent().post('/graphql').send({ query });
    const { errors } = response.body as { errors: [{ extensions: { parameter: string } }] };
    assert.equal(errors[0].extensions.parameter, 'grain');
  });
});

describe('titles', () => {
  for (const [i, title] of TITLES.entries()) {
    test(`${JSON.stringify(title.slice(0, 20))} is found, and given as it is`, async () => {
      const { status, items, text } = await get(
        url(encodeURIComponent(title), 'daily', '20240101', '20240101'),
      );
      assert.equal(status, 200, text);
      assert.deepEqual(
        items.map(({ article, views }) => [article, views]),
        [[title, i + 1]],
      );
    });
  }

  test('so are those that clients send without escaping all of it', async () => {
    const raw = [
      'C++',
      '100%_sure',
      '%',
      '%zz',
      '.',
      '..',
      '"Weird"_Al',
      'A&B=C;D,E',
      "L'%C3%89t%C3%A9_(film)",
    ];
    for (const segment of raw) {
      const { status, items, text } = await get(url(segment, 'daily', '20240101', '20240101'));
      assert.equal(status, 200, `${segment} ${text}`);
      assert.ok(TITLES.includes(items[0]?.article ?? ''), segment);
    }
    const { items } = await get(url('%2E%2E', 'daily', '20240101', '20240101'));
    assert.equal(items[0]?.article, '..');
  });

  test('each comes back whole from CSV', async () => {
    const { port } = gateway.app.api.server.address() as AddressInfo;
    const all = TITLES.map(encodeURIComponent).join('%7C');
    const path = `${url(all, 'daily', '20240101', '20240101')}?format=csv`;
    const lines = (await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).trimEnd().split('\r\n');
    const quoted = (title: string): string =>
      /[",]/.test(title) ? `"${title.replaceAll('"', '""')}"` : title;
    assert.deepEqual(
      lines.slice(1),
      TITLES.map((title, i) => `en.wikipedia,${quoted(title)},daily,2024-01-01,all-access,user,${i + 1}`),
    );
  });

  test('an empty one, and one that is longer than any key, are refused', async () => {
    assert.equal((await get(url('', 'daily', '20240101', '20240101'))).status, 404);
    const { status, text } = await get(url('x'.repeat(1025), 'daily', '20240101', '20240101'));
    assert.equal(status, 400);
    assert.match(text, /longer than 1024 bytes/);
    assert.equal((await get(url('%00', 'daily', '20240101', '20240101'))).status, 400);
  });
});

describe('long URLs', () => {
  test('10,000 characters are a URL like any other', async () => {
    const absent = Array.from({ length: 620 }, (_, i) => `No_such_${String(i).padStart(4, '0')}`);
    const path = url([...absent, 'Leap'].join('%7C'), 'daily', '20240229', '20240229');
    assert.ok(path.length > 9000 && path.length < 11_000, `${path.length}`);
    const { status, items } = await get(path);
    assert.equal(status, 200);
    assert.deepEqual(
      items.map(({ article }) => article),
      ['Leap'],
    );
    const { status: refused } = await get(url('x'.repeat(10_000), 'daily', '20240101', '20240101'));
    assert.equal(refused, 400);
  });

  test('hundreds of values come in the order asked', async () => {
    const asked = Array.from({ length: 400 }, (_, i) =>
      i % 20 === 7 ? (TITLES[(i * 3) % TITLES.length] as string) : `x${i}`,
    );
    const list = asked.map(encodeURIComponent).join('|');
    const { status, items } = await get(url(list, 'daily', '20240101', '20240101'));
    assert.equal(status, 200);
    assert.deepEqual(
      items.map(({ article }) => article),
      [...new Set(asked.filter((title) => TITLES.includes(title)))],
    );
  });

  test('what does not fit into a request line is refused, and said so', async () => {
    const { status, text } = await get(url('x'.repeat(40_000), 'daily', '20240101', '20240101'));
    assert.equal(status, 431, text);
  });
});
