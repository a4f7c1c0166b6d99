import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literalsOf } from '../../src/define/literals.ts';
import { PatternIndex } from '../../src/define/pattern-index.ts';
import { readUapPatterns, type UapPattern } from '../../src/define/uap-patterns.ts';
import { truth } from './truth.ts';

void test('an expression needs the texts that each of its matches has', () => {
  assert.deepEqual(literalsOf(String.raw`(Chrome)/(\d+)\.(\d+)`), [['chrome/']]);
  assert.deepEqual(literalsOf('(?:Foo|Bar[Bb])'), [['foo', 'barb']]);
  assert.deepEqual(literalsOf('Abcd?efg'), [['abcefg', 'abcdefg']]);
  assert.deepEqual(literalsOf('Abc.{0,9}Xyz$'), [['abc'], ['xyz']]);
  assert.deepEqual(literalsOf('Abc+def'), [['abc'], ['cdef']]);
  assert.deepEqual(literalsOf('(?!Not)Abc'), [['abc']]);
});

void test('of what it does not know it claims nothing', () => {
  for (const source of [
    '.*',
    '(Foo)?',
    '(Foo|.)',
    '[A-Z]{3}',
    'ab',
    'Foo|',
    String.raw`(ab)\1`,
    '(?<name>Foo)',
    'Foo)',
  ])
    assert.deepEqual(literalsOf(source), [], source);
});

/** User agents like real ones, with parts that many patterns look for. */
function userAgents(patterns: readonly UapPattern[]): string[] {
  const known = truth('ua_most_popular.csv').map(([userAgent = '']) => userAgent);
  const words = patterns.flatMap(({ regex }) => regex.source.match(/[A-Za-z][\w ]{3,}/g) ?? []);
  const made = words.map(
    (word, i) => `${known[i % known.length]} ${word}/4.2 ${words[(i * 7) % words.length]} Build/1)`,
  );
  return [
    ...known,
    ...made,
    ...words.map((word) => `Mozilla/5.0 (Linux; Android 9; ${word} Build/PKQ1) ${word}/1.0`),
  ];
}

void test('the index finds the pattern that is found by trying all', () => {
  const { browsers, systems, devices } = readUapPatterns();
  for (const patterns of [browsers, systems, devices]) {
    const index = new PatternIndex(patterns.map(({ regex }) => regex));
    let found = 0;
    for (const text of userAgents(patterns)) {
      const place = patterns.findIndex(({ regex }) => regex.test(text));
      const match = index.match(text, text.toLowerCase());
      assert.equal(match?.place ?? -1, place, text);
      if (place !== -1) found++;
    }
    assert.ok(found > 100);
  }
});
