import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { makeCatalogue } from '../../src/core/metric/catalogue.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { pathParameters } from '../../src/core/metric/path-parameters.ts';
import { spanOf } from '../../src/core/question/path-range.ts';
import { DAY_MS, GRAINS, startOf } from '../../src/core/time/time.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { datesOf } from '../../src/web/pages/explorer/range.ts';
import type { AnalysisText } from '../../src/web/pages/explorer/analysis-text.ts';
import { readAsked, urlOf, viewsOf, type ExplorerState } from '../../src/web/pages/explorer/state.ts';
import { Faults } from '../support/faults.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { itemsOf } from '../support/questions.ts';

const faults = new Faults();
const NOW = Date.UTC(2024, 2, 1);
let gateway: Gateway;
const views = (article: string, timestamp: string, count: number): object => ({
  project: 'en.wikipedia',
  article,
  access: 'all-access',
  agent: 'user',
  granularity: 'daily',
  timestamp: `${timestamp}00`,
  views: count,
});
before(async () => {
  gateway = await startGateway({
    clock: { now: () => NOW },
    wrapStore: (store) => faults.store(store),
    wrapWarehouse: (warehouse) => faults.warehouse(warehouse),
  });
  await gateway.load('pageviews-per-article', [
    views('Cat', '20240101', 1000),
    views('Cat', '20240102', 2000),
    views('Cat', '20240103', 1500),
    views('Cat', '20240104', 1_234_567),
    views('Dog', '20240103', 40),
    views('Dog', '20240104', 50),
    views('<b>&"\'', '20240104', 7),
  ]);
  await gateway.load('pageviews-aggregate', [
    {
      project: 'en.wikipedia',
      access: 'desktop',
      agent: 'user',
      granularity: 'daily',
      timestamp: '2024010200',
      views: 12,
    },
  ]);
  await gateway.load('edits-per-page', [
    {
      project: 'en.wikipedia',
      'page-title': 'Cat',
      'editor-type': 'all-editor-types',
      granularity: 'monthly',
      timestamp: '2024-01-01T00:00:00.000Z',
      edits: 3,
    },
  ]);
  await gateway.load('unique-devices', [
    {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'daily',
      timestamp: '20240104',
      devices: 30,
      offset: 10,
      underestimate: 20,
    },
  ]);
});
after(() => gateway.close());

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string>;
}

/** A page as a browser asks for it; spaces as one. */
async function see(path: string, from: Gateway = gateway): Promise<Seen> {
  const response = await from
    .get(path)
    .set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8')
    .set('host', 'kraken');
  const headers = response.headers as Record<string, string>;
  assert.match(headers['content-type'] ?? '', /^text\/html/, response.text);
  return { status: response.status, text: response.text.replaceAll(/\s+/g, ' '), headers };
}

const CAT_AND_DOG =
  '/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=Cat%7CDog&granularity=daily&start=2024-01-03&end=2024-01-04';

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The text of an element that has this id. */
function textOf(page: string, id: string): string {
  const found = new RegExp(`id="${id}"[^>]*>(?:<code>)?(.*?)</`).exec(page);
  assert.ok(found, id);
  return unescaped(found[1] as string).trim();
}

function permalinkOf(page: string): string {
  return unescaped(/data-permalink="([^"]*)"/.exec(page)?.[1] ?? '');
}

describe('the explorer at /', () => {
  test('is for those who ask for HTML; programs get links', async () => {
    const page = await see('/');
    assert.equal(page.status, 200);
    assert.match(page.headers.vary ?? '', /Accept\b/);
    assert.match(page.headers['content-security-policy'] ?? '', /script-src 'self'/);
    assert.doesNotMatch(page.text, /<script>|style="| on[a-z]+="/);
    for (const accept of ['application/json', '*/*', '']) {
      const response = await gateway.get('/').set('accept', accept);
      assert.equal((response.body as { name: string }).name, 'Kraken');
      assert.match(response.headers.vary as string, /Accept/);
    }
  });

  test('begins with a question that has an answer, of two articles', async () => {
    const { text } = await see('/');
    assert.match(text, /<h1>Pageviews of Cat and Dog, en\.wikipedia, all-access, user<\/h1>/);
    assert.match(text, /1,239,067/);
    const again = await see(permalinkOf(text));
    assert.equal(permalinkOf(again.text), permalinkOf(text));
  });

  test('a value that only part of the data has is filled in with the others there are', async () => {
    const { text } = await see('/?metric=pageviews-aggregate');
    const query = new URL(permalinkOf(text), 'http://kraken').searchParams;
    assert.equal(query.get('access'), 'desktop');
    assert.equal(query.get('agent'), 'user');
    assert.equal(query.get('granularity'), 'daily');
  });

  test('says how to load where nothing is loaded', async () => {
    const fresh = await startGateway();
    try {
      const { status, text } = await see('/', fresh);
      assert.equal(status, 200);
      assert.match(text, /Nothing is loaded yet/);
      assert.match(text, /kraken serve --sample/);
      const asked = await see('/?metric=pageviews-per-article', fresh);
      assert.equal(asked.status, 404);
      assert.match(asked.text, /kraken import pageviews-per-article/);
    } finally {
      await fresh.close();
    }
  });

  test('has the numbers in a table, the newest first, with thousands separators', async () => {
    const { text } = await see(`${CAT_AND_DOG}&view=table`);
    assert.match(text, /<th scope="col" class="number">Cat<\/th>/);
    const rows = [...text.matchAll(/<time datetime="([^"]*)">.*?<\/tr>/g)].map(([row, date]) => [
      date,
      ...[...row.matchAll(/<td class="number">([^<]*)</g)].map(([, value]) => value),
    ]);
    assert.deepEqual(rows, [
      ['2024-01-04', '1,234,567', '50'],
      ['2024-01-03', '1,500', '40'],
    ]);
    assert.match(text, /<caption/);
  });

  test('compares with as many periods before', async () => {
    const { text } = await see(`${CAT_AND_DOG}&view=table&compare=previous`);
    const [cat = ''] = /<th scope="row"><time datetime="2024-01-03">.*?<\/tr>/.exec(text) ?? [];
    assert.deepEqual(
      [...cat.matchAll(/<td class="number">([^<]*)</g)].map(([, value]) => value),
      ['1,500', '1,000', '+50%', '40', '–', '–'],
    );
  });

  test('ranks series by what they come to', async () => {
    const { text } = await see(`${CAT_AND_DOG}&view=top`);
    assert.match(text, /<figure class="chart"/);
    assert.match(text, /1,236,067/);
  });

  test('values may be listed in one parameter or in several, with empty ones among them', async () => {
    const { text } = await see(
      CAT_AND_DOG.replace('article=Cat%7CDog', 'article=Cat&article=&article=Dog%7CCat'),
    );
    assert.match(permalinkOf(text), /article=Cat%7CDog&/);
  });

  test('another metric keeps what it has too, and leaves what it hasn’t', async () => {
    const { status, text } = await see(
      CAT_AND_DOG.replace('metric=', 'was=pageviews-per-article&metric=').replace(
        'metric=pageviews-per-article&',
        'metric=pageviews-aggregate&',
      ),
    );
    assert.equal(status, 200, text);
    assert.match(text, /<h1>Pageviews of en\.wikipedia, desktop, user<\/h1>/);
    const query = new URL(permalinkOf(text), 'http://kraken').searchParams;
    assert.equal(query.get('project'), 'en.wikipedia');
    assert.equal(query.get('access'), 'desktop');
    assert.equal(query.get('article'), null);
  });

  test('of several measures one is chosen', async () => {
    const { text } = await see('/?metric=unique-devices&measure=underestimate&view=table');
    assert.match(text, /<td class="number">20</);
    assert.match(text, /<option value="underestimate" selected>/);
  });
});

describe('mistakes in the explorer’s URL', () => {
  const wrong: readonly [change: Record<string, string>, control: string, status: number][] = [
    [{ metric: 'nonesuch' }, 'metric', 400],
    [{ article: '' }, 'article', 400],
    [{ project: 'what?' }, 'project', 400],
    [{ access: 'nonesuch' }, 'access', 400],
    [{ granularity: 'nonesuch' }, 'granularity', 400],
    [{ start: 'yesterday' }, 'start', 400],
    [{ end: '2024-02-30' }, 'end', 400],
    [{ start: '2024-02-03' }, 'start', 400],
    [{ compare: 'nonesuch' }, 'compare', 400],
    [{ view: 'nonesuch' }, 'view', 400],
    [{ measure: 'nonesuch' }, 'measure', 400],
  ];
  for (const [change, control, status] of wrong)
    test(`${JSON.stringify(change)} is said at its control, with the status of the API`, async () => {
      const query = new URLSearchParams(CAT_AND_DOG.slice(2));
      for (const [name, value] of Object.entries(change)) query.set(name, value);
      const page = await see(`/?${query.toString()}`);
      assert.equal(page.status, status);
      assert.equal(page.headers['cache-control'], 'no-store');
      const [, sentence = ''] =
        new RegExp(`<p class="error" id="${control}-error">\\s*([^<]{10,40})`).exec(page.text) ?? [];
      assert.notEqual(sentence, '');
      assert.equal(page.text.split(sentence).length, 2, 'told once');
      assert.match(page.text, new RegExp(`<p><a href="#${control}">Change `));
      if (control in change && !['view', 'measure', 'compare'].includes(control))
        assert.match(page.text, new RegExp(`id="${control}"[^>]*aria-invalid="true"`));
    });

  test('a date that is none is told in the explorer’s own words', async () => {
    for (const [name, text] of [
      ['start', '2024-02-30'],
      ['end', 'tomorrow'],
    ] as const) {
      const query = new URLSearchParams(CAT_AND_DOG.slice(2));
      query.set(name, text);
      const page = await see(`/?${query.toString()}`);
      const [, said] = new RegExp(`id="${name}-error">([^<]*)<`).exec(page.text) ?? [];
      assert.equal(
        said?.trim(),
        `${text} is not a date. Write one such as 2024-03-01, a month such as 2024-03, -30d or latest.`,
      );
    }
  });

  test('a list’s day that is none is said at the day', async () => {
    const page = await see(
      '/?metric=pageviews-top&project=en.wikipedia&access=all-access&year=2024&month=13&day=01',
    );
    assert.equal(page.status, 400);
    assert.match(page.text, /id="month-error"/);
  });

  test('where there are no rows it says why, and where there are some', async () => {
    for (const [change, sentence, instead] of [
      ['article=Owl', /There is no article Owl of en\.wikipedia here/, /instead of the article “Owl”:/],
      [
        'article=Catt',
        /There is no article Catt of en\.wikipedia here: did you mean Cat\?/,
        /similar to the article “Catt”:/,
      ],
      [
        'project=de.wikipedia',
        /Nothing is loaded for the project de\.wikipedia: did you mean en\.wikipedia\?/,
        /similar to the project “de.wikipedia”:/,
      ],
      [
        'start=2020-01-01&end=2020-02-01',
        /Loaded for the project en\.wikipedia: daily numbers from/,
        /Show what is there/,
      ],
    ] as const) {
      const query = new URLSearchParams(CAT_AND_DOG.slice(2));
      for (const [name, value] of new URLSearchParams(change)) query.set(name, value);
      const page = await see(`/?${query.toString()}`);
      assert.equal(page.status, 404);
      assert.match(page.text, sentence);
      assert.match(page.text, instead);
    }
  });

  test('nothing hostile becomes markup, wherever it stands', async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
    for (const name of [
      'metric',
      'project',
      'article',
      'access',
      'granularity',
      'start',
      'end',
      'view',
      'measure',
      'compare',
      'was',
      'x',
    ]) {
      const query = new URLSearchParams(CAT_AND_DOG.slice(2));
      query.set(name, evil);
      const { text, status } = await see(`/?${query.toString()}`);
      assert.ok(status < 500, name);
      assert.doesNotMatch(text, /<script>|<img/, name);
    }
    const { text, status } = await see(
      CAT_AND_DOG.replace('Cat%7CDog', encodeURIComponent('<b>&"\'')).replace('-03', '-04'),
    );
    assert.equal(status, 200);
    assert.doesNotMatch(text, /<b>/);
    assert.match(textOf(text, 'curl'), /^curl 'http:\/\/kraken\/metrics\/[^']*%3Cb%3E%26%22%27[^']*'$/);
  });

  test('an engine that fails is said so, without its words', async () => {
    faults.mode = 'failing';
    try {
      const page = await see(CAT_AND_DOG.replace('Cat%7CDog', 'Mouse'));
      assert.equal(page.status, 503);
      assert.ok(page.headers['retry-after']);
      assert.match(page.text, /can’t be read at the moment/);
      assert.doesNotMatch(page.text, /secret/);
    } finally {
      faults.mode = 'fine';
    }
  });
});

void test('engines that never answered are said so, by a page', async () => {
  const dead = new Faults();
  dead.mode = 'failing';
  const blind = await startGateway({ wrapStore: (store) => dead.store(store) });
  try {
    const page = await see('/', blind);
    assert.equal(page.status, 503);
    assert.ok(page.headers['retry-after']);
    assert.match(page.text, /can’t be read at the moment/);
  } finally {
    await blind.close();
  }
});

const URL_OF = (article: string): string =>
  `/?metric=pageviews-per-article&project=en.wikipedia&access=all-access&agent=user&article=${article}&granularity=daily&start=2024-01-01&end=2024-01-04`;

describe('a value that isn’t loaded', () => {
  const offered = (text: string): { href: string; name: string }[] => {
    const [list = ''] = /<ul class="near">.*?<\/ul>/s.exec(text) ?? [];
    return [...list.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, href = '', name = '']) => ({
      href: href.replaceAll('&amp;', '&'),
      name,
    }));
  };

  test('of a title names titles that are loaded, the nearest ones, each a way to its answer', async () => {
    const page = await see(URL_OF('Catt'));
    assert.equal(page.status, 404);
    assert.match(page.text, /Loaded values similar to the article “Catt”:/);
    assert.doesNotMatch(page.text, /instead of the project/);
    const titles = offered(page.text);
    assert.deepEqual(
      titles.map(({ name }) => name),
      ['Cat'],
    );
    for (const { href } of titles) assert.equal((await see(href)).status, 200, href);
  });

  test('beside one that is loaded is the only one that is spoken of', async () => {
    const page = await see(URL_OF('Doog').replace('access=all-access', 'access=desktop'));
    assert.equal(page.status, 404);
    const titles = offered(page.text);
    assert.deepEqual(
      titles.map(({ name }) => name),
      ['Dog'],
    );
    // With these other values there is nothing at all: the link leaves them out.
    assert.equal((await see(titles[0]?.href ?? '')).status, 200);
  });

  test('beside a right one is named, with the nearest as ways to the same question, once in each view', async () => {
    for (const view of ['', '&view=table', '&view=top', '&compare=previous']) {
      const page = await see(`${URL_OF('Dog%7CCatt')}${view}`);
      assert.equal(page.status, 200);
      assert.match(page.text, /No rows in this range: Catt\./, view);
      assert.equal(page.text.split('No rows in this range').length, 2, view);
      assert.match(page.text, /Loaded values similar to the article “Catt”:/, view);
      const [cat, ...others] = offered(page.text);
      assert.deepEqual([cat?.name, others], ['Cat', []], view);
      const better = await see(cat?.href ?? '');
      assert.equal(new URLSearchParams(cat?.href.slice(2)).get('article'), 'Dog|Cat');
      assert.doesNotMatch(better.text, /No rows|instead of/, view);
    }
    const wrong = await see(URL_OF('Cat').replace('en.wikipedia', 'en.wikipedia%7Cen.wikipdia'));
    assert.match(wrong.text, /Loaded values similar to the project “en.wikipdia”:/);
    // Near to none: what is there of titles.
    const owl = await see(URL_OF('Cat%7COwl'));
    assert.match(owl.text, /Examples of loaded values instead of the article “Owl”:/);
    // It is there, at other times: nothing is offered instead.
    const later = await see(URL_OF('Cat%7CDog').replace('2024-01-04', '2024-01-02'));
    assert.match(later.text, /No rows in this range: Dog\./);
    assert.doesNotMatch(later.text, /instead of/);
  });

  test('of a metric that is read by SQL names titles as well', async () => {
    const page = await see(
      '/?metric=edits-per-page&project=en.wikipedia&page-title=Catt&editor-type=all-editor-types&granularity=monthly&start=2024-01-01&end=2024-03-01',
    );
    assert.equal(page.status, 404);
    assert.deepEqual(
      offered(page.text).map(({ name }) => name),
      ['Cat'],
    );
    const both = await see(
      '/?metric=edits-per-page&project=en.wikipedia&page-title=Cat%7CCatt&editor-type=all-editor-types&granularity=monthly&start=2024-01-01&end=2024-03-01',
    );
    assert.deepEqual([both.status, offered(both.text).map(({ name }) => name)], [200, ['Cat']]);
  });

  test('of a project names projects', async () => {
    const page = await see(URL_OF('Cat').replace('en.wikipedia', 'en.wikipedi'));
    assert.equal(page.status, 404);
    assert.match(page.text, /Loaded values similar to the project “en.wikipedi”:/);
    assert.deepEqual(
      offered(page.text).map(({ name }) => name),
      ['en.wikipedia'],
    );
    assert.equal((await see(offered(page.text)[0]?.href ?? '')).status, 200);
  });
});

test('the answer comes before the controls, and what can be taken along after them', async () => {
  const { text } = await see(CAT_AND_DOG);
  const places = ['id="views"', 'id="result"', '<form id="explorer"', 'id="takeaway-part"'].map((mark) =>
    text.indexOf(mark),
  );
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(text, /<a class="change" href="#explorer">/);
});

describe('what the explorer gives to take along', () => {
  test('the frame says which theme it has, and which others there are', async () => {
    const { text } = await see(CAT_AND_DOG);
    assert.match(textOf(text, 'embed'), /^<iframe src="[^"]*\?theme=light"/);
    assert.match(text, /Use <code>theme=dark<\/code> for a dark page; <code>theme=auto<\/code> follows/);
  });

  test('every address answers, and GraphQL has the numbers of REST', async () => {
    const { text } = await see(CAT_AND_DOG);
    assert.equal(
      (await gateway.get(/src="http:\/\/kraken([^"]*)"/.exec(textOf(text, 'embed'))?.[1] ?? '')).status,
      200,
    );
    for (const id of ['csv', 'tsv', 'ndjson', 'json', 'svg', 'metadata', 'rest']) {
      const [, href = ''] = new RegExp(`id="${id}" href="([^"]*)"`).exec(text) ?? [];
      assert.equal((await gateway.get(unescaped(href))).status, 200, id);
    }
    assert.equal(textOf(text, 'permalink'), `http://kraken${permalinkOf(text)}`);
    const rest = await gateway.get(textOf(text, 'rest').replace('http://kraken', ''));
    const { items } = rest.body as { items: { article: string; views: number }[] };
    const graphql = await gateway
      .agent()
      .post('/graphql')
      .send({ query: textOf(text, 'graphql') });
    const { data } = graphql.body as { data: Record<string, { views: number[] }> };
    assert.deepEqual(
      Object.values(data).flatMap((series) => series.views),
      items.map((item) => item.views),
    );
    assert.equal(items.length, 4);
  });
});

const catalogue = makeCatalogue(METRICS);

/** Anything that a dimension or date may be given, but for what separates values and spaces at the ends. */
const anyValue = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .map((text) => text.replaceAll('|', '').trim())
  .filter((text) => text !== '');
const anyState: fc.Arbitrary<ExplorerState> = fc.constantFrom(...METRICS).chain((metric) =>
  fc.record(
    {
      metric: fc.constant(metric),
      parameters: fc.record(
        Object.fromEntries(
          pathParameters(metric).map((name) => [
            name,
            fc.uniqueArray(anyValue, { minLength: 1, maxLength: 3 }).map((values) => values.join('|')),
          ]),
        ),
        { noNullPrototype: true },
      ),
      measure: fc.constantFrom(...Object.keys(metric.measures)),
      view: fc.constantFrom(...viewsOf(metric)),
      compare: metric.shape.kind === 'series' ? fc.boolean() : fc.constant(false),
      live: fc.boolean(),
    },
    { noNullPrototype: true },
  ),
);
const anyList = fc.uniqueArray(anyValue, { maxLength: 3 });
const anyAnalysis: fc.Arbitrary<AnalysisText> = fc.record(
  {
    by: anyList,
    measures: anyList,
    compare: fc.constantFrom('', 'previous', '2023'),
    having: fc.constantFrom('', 'views>=1000,views_share<0.5'),
    top: fc.constantFrom('', '3'),
    within: anyList,
    others: fc.boolean(),
    order: fc.constantFrom('', '-views_growth'),
  },
  { noNullPrototype: true },
);

describe('the explorer’s state', () => {
  test('is in its URL, all of it', () => {
    fc.assert(
      fc.property(anyState, anyAnalysis, (plain, analysis) => {
        const state = plain.view === 'analysis' ? { ...plain, compare: false, analysis } : plain;
        const { searchParams } = new URL(urlOf(state), 'http://kraken');
        const { isCarriedOver, problem, ...read } = readAsked(searchParams, catalogue, METRICS[0] as Metric);
        assert.deepEqual({ ...read, parameters: { ...read.parameters } }, state);
        assert.equal(isCarriedOver, false);
        assert.equal(problem, undefined);
      }),
    );
  });

  test('the dates of some periods name just those, in every family', () => {
    for (const metric of METRICS.filter(({ shape }) => shape.kind === 'series')) {
      for (const grain of GRAINS.filter((known) => metric.grains[known])) {
        fc.assert(
          fc.property(fc.integer({ min: 30, max: 500 }), fc.nat({ max: 40 }), (first, more) => {
            const span = { grain, first, last: first + more };
            const { maxDays = Infinity } = metric.range;
            fc.pre(startOf(grain, span.last) - startOf(grain, first) < (maxDays - 32) * DAY_MS);
            const text = { granularity: grain, ...datesOf(metric, span) };
            const bounds = [{ first: 0, last: 1e6, complete: true }];
            assert.deepEqual(spanOf(metric, grain, text, [bounds], { now: () => NOW }), span, metric.name);
          }),
        );
      }
    }
  });
});

describe('the explorer of any metric', () => {
  test('asks for nothing that a saved question settles', async () => {
    const base = METRICS.find(({ name }) => name === 'pageviews-per-article') as Metric;
    const saved: Metric = {
      ...base,
      name: 'views-of-cat',
      title: 'Views of our page',
      path: '/saved/views-of-cat/{access}/{agent}/{granularity}/{start}/{end}',
      fixed: { project: 'en.wikipedia', article: 'Cat' },
      table: 'pageviews_per_article',
      examples: [],
    };
    gateway.app.road.replaceCatalogue(makeCatalogue([...METRICS, saved]));
    try {
      const { status, text } = await see('/?metric=views-of-cat');
      assert.equal(status, 200, text);
      assert.match(text, /1,239,067/);
      assert.doesNotMatch(text, /id="(project|article)"/);
      assert.match(permalinkOf(text), /access=all-access&agent=user/);
    } finally {
      gateway.app.road.replaceCatalogue(catalogue);
    }
  });

  test('shows something where anything is loaded, in each of its views', async () => {
    const full = await startGateway({ clock: { now: () => NOW } });
    try {
      for (const metric of METRICS) {
        await full.load(metric.name, itemsOf(metric));
        for (const view of viewsOf(metric)) {
          const { status, text } = await see(`/?metric=${metric.name}&view=${view}`, full);
          assert.equal(status, 200, `${metric.name}, ${view}: ${text}`);
          assert.match(
            text,
            view === 'table' ? /<td class="number">\d/ : /<figure class="chart"/,
            metric.name,
          );
        }
      }
    } finally {
      await full.close();
    }
  });
});
