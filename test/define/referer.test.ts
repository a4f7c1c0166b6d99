import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AI_CHATBOTS, MEDIA_SITES, SEARCH_ENGINES } from '../../src/define/referer-sites.ts';
import { refererOf, SITE_CLASSES, type RefererClass } from '../../src/define/referer.ts';
import { OWN_SITE } from '../../src/define/own-site.ts';
import { WIKIMEDIA } from '../../src/define/wikimedia-site.ts';
import { truth } from './truth.ts';
import { cpuMsOf } from '../support/cpu-ms.ts';

/** How Wikimedia calls our classes. */
const LABELS: Readonly<Record<RefererClass, string>> = {
  none: 'none',
  unknown: 'unknown',
  internal: 'internal',
  external: 'external',
  'search-engine': 'external (search engine)',
  'media-site': 'external (media sites)',
  'ai-chatbot': 'external (AI chatbot)',
};

const CASES = truth('referer.csv').map((cells) => {
  // A referer may have commas.
  const [label, , name] = cells.slice(-3) as [string, string, string];
  return { referer: cells.slice(1, -3).join(','), label, name };
});

function wrong(classes = SITE_CLASSES): string[] {
  return CASES.filter(({ referer, label, name }) => {
    const found = refererOf(referer, 'en.wikipedia.org', WIKIMEDIA, classes);
    return LABELS[found.class] !== label || (found.name ?? 'none') !== name;
  }).map(({ referer }) => referer);
}

void test("all 139 cases of Wikimedia's referers are answered as there", () => {
  assert.equal(CASES.length, 139);
  assert.deepEqual(wrong(), []);
});

void test('each list of sites is needed', () => {
  for (const { name } of SITE_CLASSES) {
    assert.notDeepEqual(wrong(SITE_CLASSES.filter((one) => one.name !== name)), [], name);
  }
});

/** What the table of search engines calls otherwise: it was made before media sites had a class. */
const BEFORE_MEDIA_SITES = ['android-app://m.facebook.com'];

void test("all 43 cases of Wikimedia's search engines are answered as there", () => {
  const cases = truth('search_engine.csv').map((cells) => {
    const [label, , name] = cells.slice(-3) as [string, string, string];
    return { referer: cells.slice(1, -3).join(','), label, name };
  });
  assert.equal(cases.length, 43);
  for (const { referer, label, name } of cases) {
    const found = refererOf(referer, 'en.wikipedia.org', WIKIMEDIA);
    assert.equal(found.class === 'search-engine' ? found.name : 'none', name, referer);
    assert.equal(LABELS[found.class] === label, !BEFORE_MEDIA_SITES.includes(referer), referer);
  }
});

/** Of sites that Wikimedia's cases don't have. */
const MORE: Readonly<Record<string, string>> = {
  Brave: 'https://search.brave.com/search?q=cat',
  Petal: 'https://petalsearch.com/',
  VK: 'https://go.mail.ru/search?q=cat',
};

void test('each site of the lists is found, by its own name', () => {
  const names = [...AI_CHATBOTS, ...SEARCH_ENGINES, ...MEDIA_SITES].map(({ name }) => name);
  for (const name of names) {
    const referer = MORE[name] ?? CASES.find((one) => one.name === name)?.referer;
    assert.equal(refererOf(referer, 'example.net', OWN_SITE).name, name);
  }
});

void test('a site of its own has internal referers of its own host only', () => {
  const classOf = (referer: string) => refererOf(referer, 'www.example.net', OWN_SITE).class;
  assert.equal(classOf('https://example.net/meadow'), 'internal');
  assert.equal(classOf('http://EXAMPLE.net:8080/'), 'internal');
  assert.equal(classOf('https://shop.example.net/'), 'external');
  assert.equal(classOf('https://en.wikipedia.org/wiki/Cat'), 'external');
  assert.equal(refererOf('http://localhost:8080/a', 'localhost:8080', OWN_SITE).class, 'internal');
});

void test('a referer is read in a time that grows with its length only', async () => {
  const ms = await cpuMsOf(() => {
    for (const part of ['a.', 'a-', 'a', '.', 'www.', 're'])
      refererOf(`https://${part.repeat(100_000)}/`, 'example.net', OWN_SITE);
  });
  assert.ok(ms < 500, `${ms}`);
});
