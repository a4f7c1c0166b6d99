import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { wikiOfCode, wikiOfEzCode } from '../../src/dumps/wiki-codes.ts';
import { realFile } from './dumps.ts';

test('the codes of hourly dumps name wikis and their sites', () => {
  const names = (code: string): string | undefined => {
    const wiki = wikiOfCode(code);
    return wiki && `${wiki.project} ${wiki.access}`.trim();
  };
  const codes: Record<string, string | undefined> = {
    en: 'en.wikipedia desktop',
    'en.m': 'en.wikipedia mobile',
    'en.zero': 'en.wikipedia mobile',
    'en.mw': 'en.wikipedia mobile',
    'en.b': 'en.wikibooks desktop',
    'aa.m.b': 'aa.wikibooks mobile',
    'zh-min-nan.m.voy': 'zh-min-nan.wikivoyage mobile',
    'commons.m': 'commons.wikimedia desktop',
    'commons.m.m': 'commons.wikimedia mobile',
    'wikimania2012.m': 'wikimania2012.wikimedia desktop',
    'www.wd': 'wikidata desktop',
    'm.wd': 'wikidata mobile',
    'm.w': 'mediawiki mobile',
    'www.f': 'wikimediafoundation desktop',
    '""': 'wikifunctions',
    '': 'wikifunctions',
    'en.x': undefined,
    www: 'wikipedia desktop',
    'www.b': undefined,
    'en.m.m.m': undefined,
    '??': undefined,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(codes).map((code) => [code, names(code)])), codes);
});

test("the codes of pagecounts-ez are those of Wikimedia's own list", () => {
  const lines = readFileSync(realFile('ez-project-names.csv'), 'utf8').split('\n').filter(Boolean);
  const wrong = lines.filter((line) => {
    const [code = '', project] = line.split(',');
    return wikiOfEzCode(code)?.project !== project;
  });
  assert.deepEqual(wrong, []);
  assert.equal(lines.length, 279);
});
