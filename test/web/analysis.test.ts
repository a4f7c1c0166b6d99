// Runs in a process of its own: it runs programs that ask this one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { viewOf } from '../../src/warehouses/lake/sql.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { lacking, python } from '../support/python.ts';
import { unescaped } from '../support/unescaped.ts';

const run = promisify(execFile);
let gateway: Gateway;
let folder: string;
let base: string;

const row = (article: string, month: string, views: number): object => ({
  project: 'en.wikipedia',
  article,
  access: 'all-access',
  agent: 'user',
  granularity: 'monthly',
  timestamp: `${month}0100`,
  views,
});
before(async () => {
  gateway = await startGateway({ clock: { now: () => Date.UTC(2024, 3, 1) } });
  folder = await mkdtemp(join(tmpdir(), 'kraken-'));
  await gateway.load('pageviews-per-article', [
    row('Cat', '202401', 100),
    row('Cat', '202402', 300),
    row('O\'Brien_"Bob"', '202401', 10),
    row('O\'Brien_"Bob"', '202402', 15),
    row('Dog', '202401', 400),
    row('Dog', '202402', 200),
  ]);
  await gateway.load('edits-per-page', [
    {
      project: 'en.wikipedia',
      'page-title': 'Cat',
      'editor-type': 'all-editor-types',
      granularity: 'monthly',
      timestamp: '2024-02-01T00:00:00.000Z',
      edits: 3,
    },
  ]);
  await gateway.load(
    'pageviews-aggregate',
    ['202401', '202402'].map((month, i) => ({
      project: 'en.wikipedia',
      access: 'all-access',
      agent: 'all-agents',
      granularity: 'monthly',
      timestamp: `${month}0100`,
      views: 1000 + 500 * i,
    })),
  );
  await gateway.load(
    'edits-aggregate',
    ['2024-01', '2024-02'].map((month, i) => ({
      project: 'en.wikipedia',
      'editor-type': 'all-editor-types',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      timestamp: `${month}-01T00:00:00.000Z`,
      edits: 10 + i,
    })),
  );
  await gateway.load('unique-devices', [
    {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'monthly',
      timestamp: '20240201',
      devices: 30,
      offset: 10,
      underestimate: 20,
    },
  ]);
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
});
after(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

async function see(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(base + url, { headers: { accept: 'text/html' } });
  return { status: response.status, text: await response.text() };
}

/** The text of an element, as whoever copies it has it. */
function textOf(page: string, id: string): string | undefined {
  const [, text] = new RegExp(`id="${id}"[^>]*>(?:<code>)?([^<]*)<`).exec(page) ?? [];
  return text === undefined ? undefined : unescaped(text);
}

/** The cells of the rows of a page's table. */
function cellsOf(page: string): string[][] {
  const [, body = ''] = /<tbody>(.*?)<\/tbody>/s.exec(page) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, one = '']) =>
    [...one.matchAll(/<td[^>]*>([^<]*)</g)].map(([, cell = '']) => unescaped(cell)),
  );
}

const ARTICLES =
  '/?metric=pageviews-per-article&view=analysis&project=en.wikipedia&access=all-access&agent=user&article=&granularity=monthly&start=2024-02-01&end=2024-02-29';

describe('the explorer’s analysis', () => {
  test('shows the articles that grew most', async () => {
    const { status, text } = await see(`${ARTICLES}&by=article&measures=views_growth&order=-views_growth`);
    assert.equal(status, 200);
    assert.deepEqual(cellsOf(text), [
      ['Cat', '200%'],
      ['O\'Brien "Bob"', '50%'],
      ['Dog', '−50%'],
    ]);
    assert.match(text, /<figure class="chart"/);
    assert.match(text, /compared with January 2024/);
  });

  test('its URL is the question: the permalink gives the same page', async () => {
    const { text } = await see(`${ARTICLES}&by=article&measures=views|views_share&having=views>=16&top=2`);
    const permalink = textOf(text, 'permalink') ?? '';
    assert.deepEqual(cellsOf((await see(permalink.slice(base.length))).text), cellsOf(text));
    assert.equal(cellsOf(text).length, 2);
  });

  test('has the periods that the other views have, where the end of a range is excluded, too', async () => {
    const question =
      '/?metric=edits-aggregate&project=en.wikipedia&editor-type=all-editor-types&page-type=all-page-types&granularity=monthly&start=2024-01-01&end=2024-02-01';
    const analysis = await see(`${question}&view=analysis&by=timestamp`);
    assert.deepEqual(
      cellsOf(analysis.text).map(([date]) => date),
      ['2024-01-01'],
    );
  });

  test('offers what can be computed, and says why the rest can’t, in the words of /query', async () => {
    const { text } = await see('/?metric=unique-devices&view=analysis&by=timestamp');
    assert.match(text, /value="devices_growth"/);
    assert.doesNotMatch(text, /value="devices_share"/);
    const refusal = await fetch(
      `${base}/query?metric=unique-devices&grain=monthly&range=2024-02&where.project=en.wikipedia&measures=devices_share`,
    );
    const { detail } = (await refusal.json()) as { detail: string };
    assert.ok(unescaped(text).includes(detail), detail);
  });

  test('tells a mistake at its control', async () => {
    const { status, text } = await see(`${ARTICLES}&by=article&having=views`);
    assert.equal(status, 400);
    assert.match(text, /id="having-error"[^>]*>\s*having\[0\] should be a measure/);
    const moving = await see(`${ARTICLES}&by=article&measures=views_moving_average_3`);
    assert.match(
      moving.text,
      /id="measures-error"[^>]*>\s*views_moving_average_3 goes from period to period/,
    );
  });

  test('divides by another metric that has data', async () => {
    const question =
      '/?metric=pageviews-aggregate&project=en.wikipedia&access=all-access&agent=all-agents&granularity=monthly&start=2024-01-01&end=2024-02-29&view=analysis&by=timestamp';
    const { text } = await see(`${question}&measures=views_per_edits-aggregate`);
    assert.match(text, /<option value="views_per_edits-aggregate" selected>/);
    assert.doesNotMatch(text, /value="views_per_editors-aggregate"/);
    assert.deepEqual(cellsOf(text), [
      ['2024-01-01', '100'],
      ['2024-02-01', '136.36'],
    ]);
  });
});

/** Questions whose texts to copy are tried: of paths, and analyses. */
const QUESTIONS = [
  '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Cat|O%27Brien_"Bob"&granularity=monthly&start=2024-01-01&end=2024-02-29&view=lines',
  '/?metric=edits-aggregate&project=en.wikipedia&editor-type=all-editor-types&page-type=all-page-types&granularity=monthly&start=2024-01-01&end=2024-03-01&view=table',
  `${ARTICLES}&by=article&measures=views`,
  `${ARTICLES}&by=article&measures=views|views_growth|views_share|views_rank&order=-views_growth`,
  `${ARTICLES}&by=article|timestamp&measures=views&compare=previous&having=views>=20`,
  `${ARTICLES}&by=article&measures=views|views_share&top=1&others=true`,
  '/?metric=pageviews-per-article&view=analysis&project=en.wikipedia&access=all-access&agent=user&article=&granularity=monthly&start=2024-01-01&end=2024-02-29&by=article|timestamp&measures=views_cumulative|views_moving_average_2|views_per_day&top=1&within=timestamp',
  '/?metric=pageviews-aggregate&project=en.wikipedia&access=all-access&agent=all-agents&granularity=monthly&start=2024-01-01&end=2024-02-29&view=analysis&by=timestamp&measures=views|views_per_edits-aggregate',
];

/** What a program prints, where the machine has it. */
async function printed(t: TestContext, program: string, parameters: string[]): Promise<string | undefined> {
  try {
    return (await run(program, parameters, { timeout: 60_000 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.skip(`there is no ${program} on this machine`);
    return undefined;
  }
}

type Cells = Readonly<Record<string, string | number | null>>;

/** The rows of an answer, whether of a path or of /query. */
async function answerOf(page: string): Promise<Cells[]> {
  const response = await fetch(textOf(page, 'rest') ?? '');
  const answer = (await response.json()) as { rows?: Cells[]; items?: Cells[] };
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer.rows ?? answer.items ?? [];
}

/** Items that hold their rows, as AQS's families of edits have them, as rows. */
function flat(rows: readonly Cells[]): Cells[] {
  return rows.flatMap((one) => (Array.isArray(one['results']) ? (one['results'] as Cells[]) : [one]));
}

const withoutPandas = lacking('pandas');

describe('a question to copy', () => {
  for (const [i, url] of QUESTIONS.entries()) {
    test(`as curl and JavaScript: ${i}`, async (t) => {
      const { status, text } = await see(url);
      assert.equal(status, 200);
      const rows = await answerOf(text);
      assert.ok(rows.length > 0);
      const curl = textOf(text, 'curl') ?? '';
      const answered = await printed(t, 'sh', ['-c', `command -v curl >/dev/null || exit 0; ${curl}`]);
      if (answered) {
        const { items, rows: found = items } = JSON.parse(answered) as { items?: unknown; rows?: unknown };
        assert.deepEqual(found, rows);
      }
      const file = join(folder, `${i}.mjs`);
      const javascript = textOf(text, 'javascript') ?? '';
      await writeFile(
        file,
        javascript.replace(/^console\.log\((\w+)\);$/m, 'console.log(JSON.stringify($1));'),
      );
      assert.deepEqual(JSON.parse((await printed(t, process.execPath, [file])) ?? ''), rows);
    });

    test(`as Python, with pandas: ${i}`, { skip: withoutPandas }, async (t) => {
      const { text } = await see(url);
      const file = join(folder, `${i}.py`);
      const snippet = textOf(text, 'python') ?? '';
      await writeFile(file, `${snippet}\nprint("rows:", len(data), *data.columns)\n`);
      const rows = flat(await answerOf(text));
      const [, count, columns = ''] = /rows: (\d+) (.*)/.exec((await printed(t, python, [file])) ?? '') ?? [];
      assert.equal(Number(count), rows.length);
      for (const name of Object.keys(rows[0] ?? {})) assert.ok(columns.split(' ').includes(name), name);
    });

    test(`as R: ${i}`, async (t) => {
      const { text } = await see(url);
      const file = join(folder, `${i}.R`);
      await writeFile(file, textOf(text, 'r') ?? '');
      const found = await printed(t, 'Rscript', [file]);
      if (found !== undefined) assert.match(found, /\d/);
    });

    test(`as SQL, which DuckDB answers alike over the views of the lake: ${i}`, async () => {
      const { text } = await see(url);
      const sql = textOf(text, 'sql');
      assert.ok(sql, 'there is no SQL');
      const rows = flat(await answerOf(text));
      const found = await inDuckdb(sql);
      assert.equal(found.length, rows.length);
      for (const [at, one] of found.entries()) {
        const same = rows.find((row) => isSame(one, row));
        assert.ok(same, `${JSON.stringify(one)} is not among ${JSON.stringify(rows)}`);
        // The rows of /query come in the order of the statement.
        if (url.includes('view=analysis')) assert.equal(rows.indexOf(same), at);
      }
    });

    test(`as a panel of Grafana: ${i}`, async () => {
      const { text } = await see(url);
      const panel = JSON.parse(textOf(text, 'grafana') ?? '') as Panel;
      const rows = await answerOf(text);
      const [target] = panel.targets;
      assert.ok(target);
      if (target.url !== undefined) {
        const csv = await (await fetch(target.url)).text();
        const [head = '', ...lines] = csv.trim().split('\r\n');
        assert.equal(lines.length, rows.length);
        for (const { selector } of target.columns ?? [])
          assert.ok(head.split(',').includes(selector), selector);
        return;
      }
      const response = await fetch(`${base}/grafana/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          range: { from: '2024-01-01T00:00:00Z', to: '2024-03-01T00:00:00Z' },
          targets: panel.targets,
        }),
      });
      const frames = (await response.json()) as { datapoints: [number, number][] }[];
      const numbers = frames.flatMap(({ datapoints }) => datapoints.map(([value]) => value));
      const items = flat(rows);
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        items.map((one) => Number(one['views'] ?? one['edits'])).toSorted((a, b) => a - b),
      );
    });
  }
});

interface Panel {
  readonly targets: readonly {
    readonly url?: string;
    readonly columns?: readonly { readonly selector: string }[];
  }[];
}

/** Whether a row of a statement has the numbers and values of a row of an answer. */
function isSame(found: Cells, row: Cells): boolean {
  return Object.entries(found).every(([name, value]) => {
    const other = Object.entries(row).find(([key]) => key.replaceAll('-', '_') === name)?.[1];
    if (name === 'timestamp') return String(value).startsWith(String(other).replaceAll('-', '').slice(0, 8));
    if (name === 'others') return Boolean(value) === Boolean(other);
    return typeof value === 'number' ? Math.abs(value - Number(other)) < 1e-9 : value === (other ?? null);
  });
}

async function inDuckdb(sql: string): Promise<Cells[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    for (const table of ['pageviews_per_article', 'pageviews_aggregate', 'edits_aggregate'])
      await connection.run(viewOf(join(gateway.folder, 'lake'), table));
    const reader = await connection.runAndReadAll(sql);
    return reader
      .getRowObjects()
      .map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? Number(value) : (value as string | number | null),
          ]),
        ),
      );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
