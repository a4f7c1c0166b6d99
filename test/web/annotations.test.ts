import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { remove, folderWith } from '../datasets/folder.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

/* Where an owner's notes are shown: in pictures, on pages, in metadata, in Grafana. */

let gateway: Gateway;
let folder: string;
before(async () => {
  folder = await folderWith({
    'notes.yaml': `metric: unique-devices
annotations:
  - { date: 2024-01-03, text: 'It <b>rained</b> & "poured".' }
  - { date: 2024-01-03, text: Again on this day. }
  - { date: 2024-01-05, until: 2024-01-07, text: On a gap. }
  - { date: 2020-01-01, text: Long before. }
  - { date: 2024-01-04, text: Elsewhere., where: { project: de.wikipedia } }
`,
  });
  gateway = await startGateway({ datasets: [folder] });
  const day = (date: number, devices: number): object => ({
    project: 'en.wikipedia',
    'access-site': 'all-sites',
    granularity: 'daily',
    timestamp: `202401${String(date).padStart(2, '0')}`,
    devices,
    offset: 1,
    underestimate: devices - 1,
  });
  // The 6th is a gap.
  await gateway.load(
    'unique-devices',
    [1, 2, 3, 4, 5, 7, 8].map((date) => day(date, 100 + date)),
  );
  await until('the notes are published', async () =>
    (await gateway.get('/catalogue/unique-devices')).text.includes('annotations'),
  );
});
after(async () => {
  await gateway.close();
  await remove(folder);
});

const PATH = '/unique-devices/en.wikipedia/all-sites/daily/20240101/20240108';
const SHOWN = [
  '3 January 2024: It ',
  '3 January 2024: Again on this day.',
  '5 January 2024 to 7 January 2024: On a gap.',
];

function assertNoOthers(text: string): void {
  assert.doesNotMatch(text, /Long before|Elsewhere/);
}

describe('an owner’s notes', () => {
  test('are drawn in pictures, by numbers, and listed below them', async () => {
    const { body } = (await gateway.get(`/metrics${PATH}.svg`).expect(200)) as { body: Buffer };
    const svg = body.toString();
    for (const text of SHOWN) assert.ok(svg.includes(text), text);
    assertNoOthers(svg);
    assert.doesNotMatch(svg, /<b>/);
    // The two of one day share a mark.
    assert.match(svg, />1–2<\/text>/);
    assert.match(svg, />3<\/text>/);
    assert.match(svg, /<desc>[^<]*Note of 3 January 2024: It/);
    const png = (await gateway.get(`/metrics${PATH}.png`).expect(200)).body as Buffer;
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
  });

  test('are on the explorer’s pages, in frames, and given to the script', async () => {
    for (const url of [
      '/?metric=unique-devices&project=en.wikipedia&access-site=all-sites&granularity=daily&start=2024-01-01&end=2024-01-08',
      '/?metric=unique-devices&project=en.wikipedia&access-site=all-sites&granularity=daily&start=2024-01-01&end=2024-01-08&view=table',
      '/?metric=unique-devices&project=en.wikipedia&access-site=all-sites&granularity=daily&start=2024-01-01&end=2024-01-08&view=analysis&by=timestamp&measures=devices_moving_average_3',
      `/embed${PATH}`,
    ]) {
      const { text } = await gateway.get(url).set('accept', 'text/html').expect(200);
      for (const note of SHOWN) assert.ok(text.includes(note), `${url}: ${note}`);
      assert.match(text, /<ol class="notes"/, url);
      assert.match(text, /&lt;b&gt;rained/, url);
      assertNoOthers(text);
    }
    const { text } = await gateway.get(`/embed${PATH}`).expect(200);
    const seconds = (day: number): number => Date.UTC(2024, 0, day) / 1000;
    const [, notes = ''] = /data-notes="([^"]*)"/.exec(text) ?? [];
    assert.deepEqual(JSON.parse(notes), [
      [seconds(3), seconds(3)],
      [seconds(3), seconds(3)],
      [seconds(5), seconds(7)],
    ]);
  });

  test('are in the metadata of an answer, and of the metric in the catalogue and GraphQL', async () => {
    const metadata = await gateway.get(`/metrics${PATH}.metadata.json`).expect(200);
    const { annotations } = metadata.body as { annotations: { from: string; to: string; text: string }[] };
    assert.deepEqual(
      annotations.map(({ from, to }) => `${from} ${to}`),
      ['2024-01-03 2024-01-03', '2024-01-03 2024-01-03', '2024-01-05 2024-01-07'],
    );
    const entry = (await gateway.get('/catalogue/unique-devices').expect(200)).body as {
      annotations: unknown[];
    };
    assert.equal(entry.annotations.length, 5);
    const query = '{ metrics { name annotations { from text where { dimension values } } } }';
    const answer = (await gateway.agent().post('/graphql').send({ query })).body as {
      data: { metrics: { name: string; annotations: unknown[] }[] };
    };
    const found = answer.data.metrics.find(({ name }) => name === 'unique-devices')?.annotations;
    assert.deepEqual(found?.[4], {
      from: '2024-01-04',
      text: 'Elsewhere.',
      where: [{ dimension: 'project', values: ['de.wikipedia'] }],
    });
  });

  test('answer an annotation query of Grafana, by the panel’s range and values', async () => {
    const ask = async (payload: object): Promise<{ rows: unknown[][]; columns: { text: string }[] }> => {
      const response = await gateway
        .agent()
        .post('/grafana/query')
        .send({
          range: { from: '2024-01-01T00:00:00Z', to: '2024-01-06T12:00:00Z' },
          targets: [
            { refId: 'Anno', target: 'unique-devices', payload: { show: 'annotations', ...payload } },
          ],
        })
        .expect(200);
      return (response.body as [{ rows: unknown[][]; columns: { text: string }[] }])[0];
    };
    const { columns, rows } = await ask({ project: 'en.wikipedia' });
    assert.deepEqual(
      columns.map(({ text }) => text),
      ['time', 'timeEnd', 'title', 'text', 'tags'],
    );
    assert.deepEqual(rows.at(-1), [
      Date.UTC(2024, 0, 5),
      Date.UTC(2024, 0, 8) - 1,
      'Unique devices of a project',
      'On a gap.',
      '',
    ]);
    assert.equal(rows.length, 3);
    assert.equal((await ask({ project: 'de.wikipedia.org' })).rows.length, 4);
    const wrong = await gateway
      .agent()
      .post('/grafana/query')
      .send({
        range: { from: '2024-01-01T00:00:00Z', to: '2024-01-06T12:00:00Z' },
        targets: [{ refId: 'A', target: 'unique-devices', payload: { show: 'x' } }],
      })
      .expect(400);
    assert.equal((wrong.body as { parameter: string }).parameter, 'targets[0].payload.show');
  });
});
