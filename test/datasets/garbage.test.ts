import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { KINDS } from '../../src/datasets/schema.ts';
import { CAKES, built } from './folder.ts';

/** Words that a data owner's file is made of, so that garbage gets far. */
const WORDS = [
  ...Object.values(KINDS).flatMap((kind) => Object.keys(kind.properties)),
  ...'metric where path name graphs column columns dimension total values kind __proto__'.split(' '),
  ...'cake cake.csv month kitchen cakes monthly CC0-1.0 pageviews-top ../..'.split(' '),
  '',
  '/pageviews/top/en.wikipedia/desktop/2024/01/01',
  '/datasets/cake/North/monthly/20240101/latest',
];

const leaf = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...WORDS), fc.string()), tie('value'), { maxKeys: 8 }),
  ),
}));
const KIND = fc.constantFrom('dataset', 'graph', 'dashboard');

/** A file that is nearly right: one of its kinds, with some members of that. */
const nearly = KIND.chain((kind) =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(KINDS[kind].properties)), anything, { maxKeys: 8 })
    .map((members) => ({ [kind]: 'x', title: 'T', headline: 'H', licence: 'CC0-1.0', ...members })),
);

/** Lines of a right file, and what may stand among them. */
const lines = fc
  .array(
    fc.oneof(
      fc.constantFrom(...CAKES['cake.yaml'].split('\n')),
      fc.constantFrom(
        '---',
        '- &a [*a]',
        '<<: *a',
        '? {a: b}',
        '!!binary x',
        '\t',
        '}',
        '"',
        '%YAML 9',
        'x: *y',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 20 },
  )
  .map((all) => all.join('\n'));

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  lines,
  anything.map((value) => stringify(value, { aliasDuplicateObjects: false })),
  nearly.map((value) => stringify(value, { aliasDuplicateObjects: false })),
);

void test('whatever a file holds, it becomes mistakes with a place and a sentence, and the others are served', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (garbage) => {
      const { published, mistakes, catalogue } = await built({ ...CAKES, 'x.yaml': garbage });
      assert.ok(catalogue.byName.has('cake'), 'the cake is served');
      assert.ok(published.length > 0);
      for (const mistake of mistakes) {
        assert.deepEqual(
          Object.keys(mistake).filter((key) => !['file', 'line', 'column', 'message'].includes(key)),
          [],
        );
        assert.ok(['x.yaml', 'cake.csv'].includes(mistake.file), mistake.file);
        assert.ok(mistake.message.length > 3 && !mistake.message.includes('undefined'), mistake.message);
        assert.ok(!/ at .*\.[jt]s:\d+/.test(mistake.message), 'no stack trace');
        for (const place of [mistake.line, mistake.column]) assert.ok(place === undefined || place >= 1);
      }
    }),
    { numRuns: 200 },
  );
});

for (const [title, garbage] of Object.entries({
  'a thousand lists in each other': '['.repeat(1000),
  'a hundred thousand lists in each other': '['.repeat(100_000),
  'aliases of aliases': [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map(
      ([from, to]) => `${to}: &${to} [${`*${from},`.repeat(9)}]`,
    ),
  ].join('\n'),
  'a list that holds itself': '&a [*a]',
  'a very long line': `dataset: ${'x'.repeat(2 ** 20 + 1)}`,
  'a NUL': 'dataset: a\0b',
})) {
  void test(`${title}: a mistake, soon`, async () => {
    const started = performance.now();
    const { mistakes } = await built({ ...CAKES, 'x.yaml': garbage });
    assert.ok(mistakes.length > 0);
    assert.ok(performance.now() - started < 10_000);
  });
}
