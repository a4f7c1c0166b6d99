import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refererOf, SITE_CLASSES, type RefererClass } from '../../src/define/referer.ts';
import { WIKIMEDIA } from '../../src/define/wikimedia-site.ts';
import { truth } from './truth.ts';

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
