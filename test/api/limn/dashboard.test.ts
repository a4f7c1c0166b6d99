import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseTimestamp } from '../../../src/core/time/time.ts';
import type { Gateway } from '../../support/gateway.ts';
import { BARE, PATHS, startLimnGateway } from './fixture.ts';
import {
  drawDashboard,
  drawGraph,
  proxiedPath,
  type DrawnGraph,
  type Fetch,
  type Line,
} from './limn-client.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startLimnGateway();
});
after(() => gateway.close());

/** What a browser gets, whose Limn has its resources from us: its own server is the proxy alone. */
const fetch: Fetch = async (path) => {
  const { statusCode, body } = await gateway.app.api.inject(
    path.startsWith('/x/') ? proxiedPath(path) : path,
  );
  return statusCode === 200 ? body : undefined;
};

interface Item {
  readonly timestamp: string;
  readonly [field: string]: string | number;
}

/** What /metrics answers, as local dates and numbers. */
async function numbers(
  path: string,
  measure: string,
  where: Readonly<Record<string, string>> = {},
): Promise<Map<number, number>> {
  const { body } = await gateway.app.api.inject(`/metrics${path}`);
  const { items } = JSON.parse(body) as { items: (Item & { results?: Item[] })[] };
  const rows = items
    .filter((item) => Object.entries(where).every(([field, value]) => item[field] === value))
    .flatMap((item) => item.results ?? [item]);
  assert.ok(rows.length > 0, path);
  return new Map(
    rows.map((row) => {
      const utc = new Date(parseTimestamp(row.timestamp) ?? NaN);
      const [y, m, d, h] = [utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate(), utc.getUTCHours()];
      return [new Date(y, m, d, h).getTime(), row[measure] as number];
    }),
  );
}

/** The line's points are the numbers, and what it has besides is a gap. */
function same(line: Line | undefined, expected: ReadonlyMap<number, number>): void {
  assert.ok(line);
  const drawn = new Map(line.points.map(([date, value]) => [date.getTime(), value]));
  const there = [...drawn].filter(([, value]) => !Number.isNaN(value));
  assert.deepEqual(new Map(there), expected, line.label);
  const dates = [...drawn.keys()];
  assert.deepEqual(
    dates,
    dates.toSorted((a, b) => a - b),
  );
}

const lineOf = (graphs: readonly DrawnGraph[], id: string, line = 0): Line | undefined =>
  graphs.find((graph) => graph.id === id)?.lines[line];

describe('a dashboard of ten graphs, walked as Limn walks it', () => {
  let graphs: DrawnGraph[];
  before(async () => {
    graphs = await drawDashboard(fetch, 'pets-and-devices');
  });

  test('loads, and the one graph that does not exist leaves the others alone', () => {
    assert.equal(graphs.length, 10);
    assert.deepEqual(
      graphs.map(({ name }) => name),
      [
        'Cat',
        'Pets',
        'Days and months',
        'With what is not there',
        'Hours',
        'Days',
        'Devices',
        'Edits',
        'Devices',
        'Pageviews of a project',
      ],
    );
  });

  test('has the numbers of /metrics: a series to its latest day', async () => {
    same(lineOf(graphs, 'cat'), await numbers(PATHS.cat, 'views'));
  });

  test('has the numbers of /metrics: several articles with gaps and awkward titles', async () => {
    const titles = ['Cat', 'Dog', '"Heroes",_C#//D'];
    for (const [i, article] of titles.entries())
      same(lineOf(graphs, 'pets', i), await numbers(PATHS.pets, 'views', { article }));
    assert.deepEqual(
      graphs.find(({ id }) => id === 'pets')?.lines.map(({ label }) => label),
      titles,
    );
  });

  test('has the numbers of /metrics: hours', async () => {
    same(lineOf(graphs, 'hours'), await numbers(PATHS.hours, 'views'));
  });

  test('has the numbers of /metrics: two projects, as a graph and as a question', async () => {
    const id = graphs.at(-1)?.id as string;
    for (const [i, project] of ['en.wikipedia', 'de.wikipedia'].entries()) {
      const expected = await numbers(PATHS.days, 'views', { project });
      same(lineOf(graphs, 'days', i), expected);
      same(lineOf(graphs, id, i), expected);
    }
  });

  test('has the numbers of /metrics: a measure that is not the first', async () => {
    same(lineOf(graphs, 'devices'), await numbers(PATHS.devices, 'underestimate'));
  });

  test('has the numbers of /metrics: edits, whose items nest their rows', async () => {
    same(lineOf(graphs, 'edits'), await numbers(PATHS.edits, 'edits'));
    assert.equal(lineOf(graphs, 'edits')?.label, 'by people, on content');
  });

  test('has days and months in one graph', async () => {
    same(lineOf(graphs, 'mixed', 0), await numbers(PATHS.cat, 'views'));
    same(lineOf(graphs, 'mixed', 1), await numbers(PATHS.edits, 'edits'));
    same(lineOf(graphs, 'mixed', 2), await numbers(PATHS.devices, 'devices'));
  });

  test('leaves out of a graph what Limn cannot draw', () => {
    assert.equal(graphs.find(({ id }) => id === 'partly')?.lines.length, 1);
  });

  test('draws the bare URL of a datafile, through the proxy of another Limn', async () => {
    const bare = graphs.at(-2);
    assert.deepEqual(
      bare?.lines.map(({ label }) => label),
      ['devices', 'offset', 'underestimate'],
    );
    for (const [i, measure] of ['devices', 'offset', 'underestimate'].entries())
      same(bare?.lines[i], await numbers(PATHS.devices, measure));
  });
});

describe('bare URLs', () => {
  const host = new URL(BARE).origin;

  test('may end in .tsv, and spell the question as a path', async () => {
    const graph = await drawGraph(fetch, `${host}/limn/data/datafiles${PATHS.days}.tsv?name=Days`);
    same(graph?.lines[1], await numbers(PATHS.days, 'views', { project: 'de.wikipedia' }));
  });

  test('may name a graph: all that it draws is one table', async () => {
    const graph = await drawGraph(fetch, `${host}/limn/data/datafiles/graphs/mixed.csv`);
    assert.deepEqual(
      graph?.lines.map(({ label }) => label),
      ['Cat', 'en.wikipedia user content', 'en.wikipedia'],
    );
    same(graph?.lines[0], await numbers(PATHS.cat, 'views'));
    same(graph?.lines[2], await numbers(PATHS.devices, 'devices'));
  });

  test('of a graph are kept, until any of what it draws changes', async () => {
    const ask = async (): Promise<{ status: unknown; header: string | undefined; rows: number }> => {
      const { headers, body } = await gateway.app.api.inject('/data/datafiles/graphs/mixed.csv');
      const [header, ...rows] = body.trimEnd().split('\n');
      return { status: headers['cache-status'], header, rows: rows.length };
    };
    const before = await ask();
    assert.equal((await ask()).status, 'kraken; hit');
    await gateway.load('unique-devices', [
      {
        project: 'en.wikipedia',
        'access-site': 'all-sites',
        granularity: 'monthly',
        timestamp: '20240301',
        devices: 999,
        offset: 99,
        underestimate: 900,
      },
    ]);
    const after = await ask();
    assert.deepEqual(after, { ...before, status: 'kraken; fwd=miss' });
    const { body } = await gateway.app.api.inject('/data/datafiles/graphs/mixed.csv');
    assert.match(body, /\n2024-03-01,[^,]*,[^,]*,999\n/);
  });
});
