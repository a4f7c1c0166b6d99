import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeXml, fitted, widthOf } from '../../../src/formats/chart/xml.ts';
import { cpuMsOf } from '../../support/cpu-ms.ts';

void test('a text that fits stays, a longer one is cut between what people take for characters', () => {
  assert.equal(fitted('Cat', 10, 100), 'Cat');
  assert.equal(fitted('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 10, 55), '👩‍👩‍👧…');
  const cut = fitted('A title that is too long', 10, 60);
  assert.match(cut, /^A tit.*…$/);
  assert.ok(widthOf(cut, 10) <= 60);
});

void test('a title as long as a URL is cut at once', async () => {
  const long = 'Cat, '.repeat(40_000);
  assert.ok((await cpuMsOf(() => assert.equal(fitted(long, 10, 60).at(-1), '…'))) < 1000);
});

void test('what XML can’t hold is replaced', () => {
  assert.equal(escapeXml('a\0<b>\ud800&"'), 'a\ufffd&lt;b&gt;\ufffd&amp;&quot;');
});
