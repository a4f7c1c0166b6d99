import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CAKES, folderWith, remove } from '../../datasets/folder.ts';
import { Faults } from '../../support/faults.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* What somebody is told who asked for what isn't there. All numbers are made up for the tests. */

const faults = new Faults();
let gateway: Gateway;
let folder: string;
const row = { granularity: 'daily', access: 'all-access', agent: 'user', timestamp: '2024010100', views: 1 };

const film = { ...row, project: 'en.wikipedia', article: 'Moonlight_(2016_film)', granularity: 'monthly' };

before(async () => {
  folder = await folderWith(CAKES);
  gateway = await startGateway({ datasets: [folder], wrapStore: (store) => faults.store(store) });
  await gateway.load('pageviews-per-article', [
    ...['Cat', 'Cats', 'Barack_Obama', 'Ada_Lovelace', 'Zürich'].map((article) => ({
      ...row,
      project: 'en.wikipedia',
      article,
    })),
    { ...row, project: 'en.wikipedia', article: 'Cat', timestamp: '2024030100' },
    { ...row, project: 'de.wikipedia', article: 'Katze' },
    { ...film, timestamp: '2023110100' },
    { ...film, timestamp: '2023120100' },
  ]);
  await gateway.load('pageviews-top', [
    {
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '02',
      day: '01',
      articles: [{ article: 'Cat', views: 9, rank: 1 }],
    },
  ]);
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

interface Body {
  readonly status: number;
  readonly detail: string;
  readonly hint?: string;
}

async function asked(path: string): Promise<Body> {
  const response = await gateway.get(path);
  return response.body as Body;
}

const views = (article: string, rest = 'daily/20240101/20240110', project = 'en.wikipedia'): string =>
  `/metrics/pageviews/per-article/${project}/all-access/user/${encodeURIComponent(article)}/${rest}`;

async function hint(path: string, status = 404): Promise<string> {
  const body = await asked(path);
  assert.equal(body.status, status, `${path}: ${body.detail}`);
  return body.hint ?? '';
}

describe('what nobody chose is named', () => {
  test('the total that is asked for where a value is left out', async () => {
    const path = views('Cat').replace('/user/', '/all-agents/');
    assert.match(
      await hint(path),
      /Cat of en\.wikipedia, but no daily ones with access all-access, agent all-agents in this range/,
    );
  });

  test('the dates that relative ones stand for, where they cross', async () => {
    const path = views('Cat', 'daily/-1d/latest');
    assert.match(
      await hint(path, 400),
      /^Here -1d is 20\d\d-\d\d-\d\d, and latest is 2024-03-01\. latest is the newest/,
    );
  });

  test('a slash at the end, and that a week takes all of its days', async () => {
    assert.match(
      await hint(`${views('Cat')}/`),
      /^The path has a slash too many at its end. It is \/metrics\/pageviews/,
    );
    assert.match(
      await hint(views('Cat', 'weekly/20240101/20240131')),
      /A weekly number needs all of its days\./,
    );
  });
});

const AQS = /^The date\(s\) you used are valid, but we either do not have data/;

describe('where there are no rows', () => {
  test('a misspelt title is told the nearest that are stored', async () => {
    for (const [wrong, right] of [
      ['Catt', 'Cat or Cats'],
      ['cat', 'Cat'],
      ['Barak_Obama', 'Barack_Obama'],
      ['Ada Lovlace', 'Ada_Lovelace'],
      ['Zurich', 'Zürich'],
      ['Moonlight', 'Moonlight_(2016_film)'],
      ['moonlight', 'Moonlight_(2016_film)'],
    ] as const) {
      const body = await asked(views(wrong));
      assert.match(body.detail, AQS);
      assert.ok(body.hint?.includes(`did you mean ${right}?`), body.hint);
    }
  });

  test('a title that has rows elsewhere is told so, and a title that is near to none isn’t', async () => {
    assert.match(
      await hint(views('Cat', 'daily/20240102/20240110')),
      /There are numbers for the article Cat of en/,
    );
    assert.match(
      await hint(views('Nothing_like_it')),
      /^There is no article Nothing_like_it of en\.wikipedia here\. /,
    );
  });

  test('a title of which another grain is stored is told which, and not that its access is to blame', async () => {
    const name =
      'the article Moonlight_\\(2016_film\\) of en\\.wikipedia with access all-access, agent user in this range';
    for (const [grain, end] of [
      ['daily', 'but no daily ones\\.'],
      ['weekly', 'but no daily ones, which the weekly ones are sums of\\.'],
    ] as const)
      assert.match(
        await hint(views('Moonlight_(2016_film)', `${grain}/20231101/20240110`)),
        new RegExp(`^There are monthly numbers for ${name}, ${end}`),
      );
    assert.match(
      await hint(views('Moonlight_(2016_film)', 'daily/20240101/20240110')),
      /^There are numbers for the article .* but no daily ones with access all-access, agent user in this range\./,
    );
    const question = await gateway.get(
      '/query?metric=pageviews-per-article&where.project=en.wikipedia&where.agent=user&where.article=Moonlight_(2016_film)&grain=daily&range=2023-11..2024-01',
    );
    assert.match(
      (question.body as { hint: string }).hint,
      /^There are monthly numbers for the article Moonlight/,
    );
  });

  test('several values with commas between them are told what separates them', async () => {
    for (const list of ['Cat,Cats', 'Cat, Cats'])
      assert.match(
        await hint(views(list)),
        /^There is no article Cat,_?Cats of en\.wikipedia here, but there are Cat and Cats\. In a URL, values are separated by \| \(%7C\), not by commas\./,
      );
    assert.match(
      await hint(views('Cat,Nothing_like_it')),
      /^There is no article Cat,Nothing_like_it of en\.wikipedia here\. /,
    );
    const closed = views('Cat').replace('/user/', '/user,spider/');
    assert.match(
      await hint(closed, 400),
      /are separated by \| \(%7C\), not by commas\. Did you mean user\|spider\?$/,
    );
    assert.match(
      await hint(views('Cat', undefined, 'en.wikipedia,de.wikipedia'), 400),
      /Did you mean en\.wikipedia\|de\.wikipedia\?$/,
    );
  });

  test('the name of a wiki’s database is told its project', async () => {
    assert.equal(
      await hint(views('Cat', undefined, 'dewiki')),
      'Nothing is loaded for the project dewiki: did you mean de.wikipedia?',
    );
  });

  test('a title of another project isn’t offered', async () => {
    assert.doesNotMatch(await hint(views('Katzen')), /Katze\?/);
  });

  test('what is loaded from when to when, of that scope', async () => {
    assert.match(
      await hint(views('Cat', 'daily/20300101/20300131')),
      /Loaded for the project en\.wikipedia: daily numbers from 2024-01-01 to 2024-03-01, .*\. The range asked for, 2030-01-01 to 2030-01-31, is after that\.$/,
    );
    assert.match(await hint(views('Cat', 'daily/20100101/20100131')), /is before that\.$/);
    const devices = await hint('/metrics/unique-devices/en.wikipedia/all-sites/daily/20240101/20240131');
    assert.equal(devices, 'Nothing is loaded for unique-devices yet.');
  });

  test('a scope that isn’t loaded is told the nearest, or those that are', async () => {
    assert.match(
      await hint(views('Cat', undefined, 'en.wikipdia')),
      /^Nothing is loaded for the project en\.wikipdia: did you mean en\.wikipedia\?$/,
    );
    assert.match(
      await hint(views('Cat', undefined, 'commons.wikimedia')),
      /project commons\.wikimedia; loaded are (en|de)\.wikipedia, (en|de)\.wikipedia\.$/,
    );
    const several = await hint(views('Cat', 'daily/20300101/20300131', 'en.wikipedia%7Cen.wikipdia'));
    assert.match(several, /en\.wikipdia: did you mean en\.wikipedia\? Loaded for the project en\.wikipedia/);
  });

  test('lists say the same', async () => {
    const top = '/metrics/pageviews/top/en.wikipedia/all-access';
    assert.match(
      await hint(`${top}/2024/03/01`),
      /Loaded for the project en\.wikipedia: daily numbers from 2024-02-01\./,
    );
    assert.match(await hint(`${top}/2024/02/all-days`), /There are no monthly ones\.$/);
    assert.match(await hint(`${top.replace('en.', 'eo.')}/2024/02/01`), /did you mean en\.wikipedia\?/);
  });

  test('a data set speaks of its own dimensions, in its detail as well', async () => {
    const body = await asked('/metrics/datasets/cake/Nort/monthly/20240101/20240301');
    assert.equal(body.detail, 'Nothing is loaded for cake for kitchen Nort.');
    assert.equal(body.hint, 'Nothing is loaded for the kitchen Nort: did you mean North?');
    const late = await asked('/metrics/datasets/cake/North/monthly/20300101/20300301');
    assert.equal(late.detail, 'Nothing is loaded for cake for kitchen North, 2030-01 to 2030-03.');
    assert.match(
      late.hint ?? '',
      /^Loaded for the kitchen North: monthly numbers from 2024-01 to 2024-02\. The range/,
    );
  });

  test('Limn, GraphQL and pictures in pages say it in their places', async () => {
    assert.match(
      await hint(`/limn/data/datafiles${views('Catt').slice('/metrics'.length)}.csv`),
      /did you mean Cat/,
    );
    const query = `{ none: pageviewsPerArticle(project: "en.wikipedia", article: "Catt", agent: USER, start: "2024-01-01") { reason hint }
      some: pageviewsPerArticle(project: "en.wikipedia", article: "Cat", agent: USER, start: "2024-01-01") { reason hint } }`;
    const response = await gateway.agent().post('/graphql').send({ query });
    const { none, some } = (response.body as { data: Record<string, { reason: string; hint: string }> }).data;
    assert.equal(none?.reason, 'NO_ROWS');
    assert.match(none?.hint ?? '', /did you mean Cat or Cats\?/);
    assert.deepEqual(some, { reason: null, hint: null });
    const frame = await gateway.get(`/embed${views('Catt').slice('/metrics'.length)}`);
    assert.match(frame.text, /did you mean Cat or Cats\?/);
  });
});

describe('a hint costs little', () => {
  test('a name is looked for once', async () => {
    await hint(views('Dogg'));
    const once = faults.looks;
    await hint(views('Dogg', 'daily/20240102/20240110'));
    assert.equal(faults.looks, once);
  });

  test('an engine that hangs costs the near names, not the answer', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await hint(views('Catz'));
    faults.hang();
    try {
      const started = performance.now();
      // Its cells are known to be absent.
      const body = await asked(views('Catz', 'daily/20240101/20240109'));
      assert.equal(body.status, 404);
      assert.ok(performance.now() - started < 2000);
    } finally {
      faults.resume();
    }
  });

  test('texts of any length are repeated in part only', async () => {
    const long = await hint(views('x'.repeat(1000)));
    assert.ok(long.length < 400, long);
  });
});

describe('a path that names nothing', () => {
  for (const [path, sentence] of [
    [
      '/pageviews/per-article/en.wikipedia',
      'The path lacks {access}, {agent}, {article}, {granularity}, {start}, {end}. It is /metrics/pageviews/per-article/{project}/{access}/{agent}/{article}/{granularity}/{start}/{end}.',
    ],
    [
      '/pageviews/per-article/en.wikipedia/all-access/user/AC/DC/daily/20240101/20240131',
      'The path has 1 part too many for /metrics/pageviews/per-article/{project}/{access}/{agent}/{article}/{granularity}/{start}/{end}. Write a / inside a value as %2F.',
    ],
    [
      '/pageviews/per-articel/en.wikipedia',
      'There is no per-articel in /metrics/pageviews: did you mean per-article? The path lacks',
    ],
    // Its top is right.
    [
      '/pageview/top',
      'There is no pageview in /metrics: did you mean pageviews? The path lacks {project}, {access}, {year}, {month}, {day}. It is',
    ],
    [
      '/pageview/topp',
      'There is no pageview in /metrics: did you mean pageviews? There is no topp in /metrics/pageviews: did you mean top? The path lacks',
    ],
    [
      '/pageviews/per-article/en.wikipedia/all-access/Cat/daily/20240101/20240131',
      'The path lacks {agent}. It',
    ],
    ['/pageviews/per-article/en.wikipedia/user/Cat/daily/20240101/20240131', 'The path lacks {access}. It'],
    ['/pageviews/per-article/all-access/user/Cat/daily/20240101/20240131', 'The path lacks {project}. It'],
    [
      '/pageviews/per-article/en.wikipedia/all-access/user/daily/20240101/20240131',
      'The path lacks {article}. It',
    ],
    [
      '/pageviews/per-article/en.wikipedia/all-access/user/Cat/20240101/20240131',
      'The path lacks {granularity}. It',
    ],
    ['/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101', 'The path lacks {end}. It'],
    ['/pageviews/per-article/en.wikipedia/dekstop/Cat/daily/latest', 'The path lacks {agent}, {end}. It'],
    ['/pageviews/top/en.wikipedia/2024/01/02', 'The path lacks {access}. It'],
    ['/pageviews/top/en.wikipedia/all-access/2024/01', 'The path lacks {day}. It'],
    // Whether the project or the title is missing nobody knows.
    [
      '/edits/per-page/Cat/all-editor-types/monthly/20210101/20210201',
      'The path lacks a part. It is /metrics/edits/per-page/{project}',
    ],
    ['/mediarequests/per-file/all-referers/user/daily/20240101/20240131', 'The path lacks {file_path}. It'],
    ['/datasets/cake/monthly/2024-01/2024-02', 'The path lacks {kitchen}. It'],
    [
      '/datasets/caek/monthly/2024-01/2024-02',
      'There is no caek in /metrics/datasets: did you mean cake? The path lacks {kitchen}. It',
    ],
    ['/pageviews', 'The path has to continue with one of aggregate, per-article, top, '],
    ['/datasets/caek/North/monthly/2024/2025', 'There is no caek in /metrics/datasets: did you mean cake?'],
    ['/xyz', 'There is no xyz in /metrics; there is '],
    [
      '/pageviews/per-article//all-access/user/Cat/daily/20240101/20240131',
      'Part 3 of the path after /metrics is empty.',
    ],
  ] as const) {
    test(path, async () => {
      const body = await asked(`/metrics${path}`);
      assert.deepEqual([body.status, body.detail], [404, 'invalid route']);
      assert.ok(body.hint?.startsWith(sentence), body.hint);
    });
  }

  test('a path that lacks nothing but a letter isn’t told that it lacks more', async () => {
    const path = views('Cat').replace('per-article', 'per-articel');
    const sentence = 'There is no per-articel in /metrics/pageviews: did you mean per-article?';
    assert.equal(await hint(path), sentence);
    const { text } = await gateway.get(path.replace('/metrics', '/embed'));
    assert.ok(text.includes(sentence) && !text.includes('lacks'), text);
  });

  test('elsewhere than under /metrics the nearest address is told', async () => {
    assert.equal(await hint('/catalouge'), 'Did you mean /catalogue?');
    assert.equal(await hint('/catalouge/edits-aggregate'), 'Did you mean /catalogue?');
    assert.equal(await hint('/qery?metric=x'), 'Did you mean /query?');
    assert.match((await hint('/limn')) ?? '', /^There are \/limn\/dashboards\.json, /);
    assert.equal((await asked('/nowhere/near')).hint, undefined);
  });

  test('an ending that isn’t known', async () => {
    const body = await asked(`${views('Cat')}.cvs`);
    assert.deepEqual([body.status, body.hint], [400, 'There is no ending .cvs: did you mean .csv?']);
    assert.match(
      await hint(`${views('Cat')}.ods`, 400),
      /^There is no ending \.ods\. A path may end in \.json, \.csv/,
    );
    assert.match(
      await hint(`/limn/data/datafiles${views('Cat').slice('/metrics'.length)}.cvs`),
      /did you mean \.csv\?/,
    );
  });

  test('hours of what has none', async () => {
    assert.match(
      await hint(views('Cat', 'hourly/2024010100/2024010123')),
      /has no hourly numbers; it has daily, weekly/,
    );
  });
});

describe('a mistake in a value or an option', () => {
  for (const [change, sentence] of [
    [(url: string) => url.replace('all-access', 'dekstop'), 'Did you mean desktop?'],
    [(url: string) => url.replace('daily', 'dialy'), 'Did you mean daily?'],
  ] as const)
    test(`AQS’s sentence on it stays, and the hint is beside it: ${sentence}`, async () => {
      const path = change(views('Cat'));
      assert.equal(await hint(path, 400), sentence);
      assert.doesNotMatch((await asked(path)).detail, /did you mean/i);
    });

  // What is ours says it in its sentence, once.
  for (const [path, near] of [
    [`${views('Cat')}?format=cvs`, 'csv'],
    [`${views('Cat')}?fill=zero&fromat=csv`, 'format'],
    [`${views('Cat')}?shape=colums`, 'columns'],
    [`${views('Cat')}?sum=artcle`, 'article'],
    [`${views('Cat')}.svg?measure=view`, 'views'],
    ['/catalogue/pageviews-per-article/values/artcle', 'article'],
    ['/catalogue/pageviews-per-article/values/article?prefx=C', 'prefix'],
    ['/catalogue/pageviews-per-articel', 'pageviews-per-article'],
    ['/query?metric=pageviews-per-article&range=2024&format=cvs', 'csv'],
    ['/query?metric=pageviews-per-article&range=2024&gran=daily', 'grain'],
    ['/limn/graphs/caek.json', 'cake'],
  ] as const)
    test(`ours says it itself: ${path.slice(0, 90)}`, async () => {
      const { detail, hint: beside } = await asked(path);
      assert.match(detail, new RegExp(`: did you mean ${near}\\?$`));
      assert.equal(beside, undefined);
    });
});

describe('a misspelt option that stands alone', () => {
  test('is ignored, as AQS ignores it, and a header beside the same answer names the option', async () => {
    const plain = await gateway.get(views('Cat'));
    for (const _ of ['first', 'kept']) {
      const told = await gateway.get(`${views('Cat')}?formt=csv`);
      assert.deepEqual([told.status, told.text], [200, plain.text]);
      assert.equal(
        told.headers['kraken-hint'],
        '%"The query parameter formt is ignored: did you mean format?"',
      );
      assert.match(told.headers['access-control-expose-headers'] as string, /kraken-hint/);
    }
    assert.equal((await gateway.get(views('Cat'))).headers['kraken-hint'], undefined);
  });

  test('what clients of AQS add is none', async () => {
    for (const query of [
      '_=1',
      'time=17',
      'times=1700',
      'origin=*',
      'cb=x',
      'access_token=abc',
      'utm_source=x',
    ])
      assert.equal((await gateway.get(`${views('Cat')}?${query}`)).headers['kraken-hint'], undefined, query);
  });

  test('a frame refuses it, and nothing else', async () => {
    const frame = views('Cat').replace('/metrics', '/embed');
    const { status, text } = await gateway.get(`${frame}?them=dark`);
    assert.equal(status, 400);
    assert.match(text, /There is no query parameter them: did you mean theme\?/);
    assert.equal((await gateway.get(`${frame}?utm_source=x&theme=dark`)).status, 200);
  });
});
