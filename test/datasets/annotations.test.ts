import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { built, mistakesOf } from './folder.ts';

/* Dated notes: of a data set by its owner, of a metric of Kraken by the operator. */

const CAKES = `dataset: cakes
title: Cakes
licence: CC0-1.0
file: cakes.csv
grain: daily
date: date
dimensions: [kind]
measures: { count: }
`;
const ROWS = 'date,kind,count\n2024-03-01,pie,1\n2024-03-02,pie,2\n';

describe('annotations', () => {
  test('of a data set are read with their dates and values', async () => {
    const { catalogue, mistakes } = await built({
      'cakes.yaml': `${CAKES}annotations:
  - { date: 2024-03-02, text: The oven broke. }
  - { date: 2024-03, until: "2024", text: ' Slow year. ', where: { kind: pie } }
`,
      'cakes.csv': ROWS,
    });
    assert.deepEqual(mistakes, []);
    assert.deepEqual(catalogue.byName.get('cakes')?.annotations, [
      {
        from: '2024-03-02',
        to: '2024-03-02',
        units: ['daily', 'daily'],
        startMs: Date.UTC(2024, 2, 2),
        endMs: Date.UTC(2024, 2, 3),
        text: 'The oven broke.',
      },
      {
        from: '2024-03',
        to: '2024',
        units: ['monthly', 'yearly'],
        startMs: Date.UTC(2024, 2, 1),
        endMs: Date.UTC(2025, 0, 1),
        text: 'Slow year.',
        where: { kind: ['pie'] },
      },
    ]);
  });

  test('of a metric are those of every document about it, and a saved question of it has them too', async () => {
    const { catalogue } = await built({
      'a.yaml': `metric: pageviews-per-article
annotations: [{ date: 2024-01-02, text: One. }]
---
metric: pageviews-per-article
annotations: [{ date: 2024-01-01, text: Two., where: { project: de.wikipedia.org } }]
`,
      'b.yaml': `dataset: animals
title: Animals
question: { metric: pageviews-per-article, where: { article: [Cat, Dog] } }
annotations: [{ date: 2024-01-03, text: Three. }]
`,
    });
    const texts = (name: string): unknown => catalogue.byName.get(name)?.annotations?.map(({ text }) => text);
    assert.deepEqual(texts('pageviews-per-article'), ['One.', 'Two.']);
    assert.deepEqual(texts('animals'), ['One.', 'Two.', 'Three.']);
    assert.deepEqual(catalogue.byName.get('pageviews-per-article')?.annotations?.[1]?.where, {
      project: ['de.wikipedia'],
    });
    assert.equal(texts('pageviews-aggregate'), undefined);
  });

  test('another text is another edition, so that no kept picture has the old one', async () => {
    const edition = async (text: string): Promise<string | undefined> => {
      const { catalogue } = await built({
        'a.yaml': `metric: unique-devices\nannotations: [{ date: 2024-01-02, text: ${text} }]`,
        'b.yaml': 'dataset: devices\ntitle: Devices\nquestion: { metric: unique-devices }\n',
      });
      // The rest of a data set's edition says where it is written.
      const notes = (name: string) => catalogue.byName.get(name)?.edition?.split('+')[1];
      return `${notes('unique-devices')} ${notes('devices')}`;
    };
    assert.equal(await edition('One.'), await edition('One.'));
    const [one, two] = [await edition('One.'), await edition('Two.')].map((text) => text?.split(' '));
    assert.notEqual(one?.[0], two?.[0]);
    assert.notEqual(one?.[1], two?.[1]);
  });

  test('with mistakes are told with their place, and what is right', async () => {
    assert.deepEqual(
      await mistakesOf({
        'a.yaml': `metric: unique-devicse
annotations: [{ date: 2024-01-02, text: x }]
---
metric: unique-devices
annotations:
  - { date: 2024-13-01, text: x }
  - { date: 2024-03-02, until: 2024-03-01, text: x }
  - { date: 2024-03-02, text: x, where: { projct: en.wikipedia } }
  - { date: 2024-03-02 }
`,
      }),
      [
        'a.yaml:9:5: text is missing in annotations.3.',
        'a.yaml:1:9: there is no metric unique-devicse of Kraken: did you mean unique-devices?',
      ],
    );
    const right = `metric: unique-devices
annotations:
  - { date: 2024-13-01, text: x }
  - { date: 2024-03-02, until: 2024-03-01, text: x }
  - { date: 2024-03-02, text: x, where: { projct: en.wikipedia } }
`;
    assert.deepEqual(await mistakesOf({ 'a.yaml': right }), [
      'a.yaml:3:13: date is 2024-13-01, but should be a date such as 2024-03-01, 2024-03, 2024-03-01T05 or "2024", in UTC.',
      'a.yaml:4:32: until, 2024-03-01, is before 2024-03-02.',
      'a.yaml:5:51: unique-devices has no dimension projct: did you mean project?',
    ]);
  });
});
