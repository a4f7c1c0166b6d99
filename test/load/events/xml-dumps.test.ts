import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { EDIT_EVENTS, eventScope } from '../../../src/core/metric/edit-events.ts';
import type { Metric } from '../../../src/core/metric/metric.ts';
import { tableOf } from '../../../src/core/metric/metric-table.ts';
import { aggregate } from '../../../src/load/aggregate.ts';
import { bytesDifferenceNetAggregate } from '../../../src/metrics/bytes-difference-net-aggregate.ts';
import { bytesDifferenceNetPerPage } from '../../../src/metrics/bytes-difference-net-per-page.ts';
import { editedPagesNew } from '../../../src/metrics/edited-pages-new.ts';
import { editedPagesTopByNetBytesDifference } from '../../../src/metrics/edited-pages-top-by-net-bytes-difference.ts';
import { editsAggregate } from '../../../src/metrics/edits-aggregate.ts';
import { at, type Engines, newEngines, SIGNAL } from '../engines.ts';
import { importEventText, WRITER } from '../event-files.ts';

interface Edit {
  readonly id: number;
  readonly parent?: number;
  readonly time: string;
  /** What the tag of the text says: `bytes="3"`. */
  readonly text: string;
  /** The other slots. */
  readonly slots?: string;
}

const HEAD = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo><sitename>Example</sitename><dbname>simplewiki</dbname><namespaces><namespace key="0" case="first-letter" />
  <namespace key="6" case="first-letter">File</namespace></namespaces></siteinfo>\n`;

function revision({ id, parent, time, text, slots = '' }: Edit): string {
  const parentid = parent === undefined ? '' : `<parentid>${parent}</parentid>`;
  return `    <revision><id>${id}</id>${parentid}<timestamp>${time}</timestamp>
      <contributor><username>Example ${id}</username><id>1</id></contributor>
      <model>wikitext</model><format>text/x-wiki</format><text ${text} />${slots}<sha1>x</sha1></revision>\n`;
}

/** A dump of pages that are called A, B, … */
function dump(...pages: readonly (readonly Edit[])[]): string {
  const texts = pages.map((edits, n) => {
    const title = String.fromCharCode(65 + n);
    return `  <page><title>${title}</title><ns>0</ns><id>${n + 1}</id>\n${edits.map(revision).join('')}  </page>\n`;
  });
  return `${HEAD}${texts.join('')}</mediawiki>\n`;
}

const METRICS = [
  bytesDifferenceNetAggregate,
  bytesDifferenceNetPerPage,
  editedPagesNew,
  editsAggregate,
  editedPagesTopByNetBytesDifference,
];

/** Every month of a metric with the number of all editors and pages: `2024-01 300`. */
async function monthsOf({ warehouse }: Engines, metric: Metric): Promise<string[]> {
  const found: string[] = [];
  const span = { grain: 'monthly', first: 0, last: at('monthly', '2030-01-01') } as const;
  const where = ['project', 'editor_type', 'page_type'].flatMap((column, n) => {
    const value = ['simple.wikipedia', 'all-editor-types', 'all-page-types'][n] as string;
    return tableOf(metric).dimensions.some(({ name }) => name === column)
      ? [{ column, values: [value] }]
      : [];
  });
  for await (const rows of warehouse.select({ table: tableOf(metric), ...span, where }, SIGNAL))
    for (let i = 0; i < rows.length; i++) {
      const month = new Date(Date.UTC(1970, rows.ordinals[i] as number)).toISOString().slice(0, 7);
      found.push(`${month} ${rows.measures[0]?.[i]}`);
    }
  return found.sort();
}

async function imported(t: TestContext, text: string, options: { skipBad?: number } = {}) {
  const engines = await newEngines(t);
  const report = await importEventText(t, engines, text, { complete: true, ...options });
  await aggregate({ ...WRITER, ...engines, metrics: METRICS });
  return { engines, report };
}

/** The events of a dump with what they added. */
async function eventsOf({ warehouse }: Engines): Promise<string[]> {
  const found: string[] = [];
  const span = { grain: 'hourly', first: 0, last: at('hourly', '2030-01-01'), where: [] } as const;
  for await (const rows of warehouse.select({ table: EDIT_EVENTS, ...span }, SIGNAL))
    for (let i = 0; i < rows.length; i++)
      found.push(`${rows.ordinals[i]} ${rows.dimensions[1]?.[i]} ${rows.measures[0]?.[i]}`);
  return found.sort();
}

void test('with revisions newest first, a page begins at its earliest one, and bytes are those of the edit', async (t) => {
  const newest = { id: 102, parent: 101, time: '2024-03-05T10:00:00Z', text: 'bytes="800"' };
  const { engines } = await imported(
    t,
    dump([newest, { id: 101, time: '2024-01-10T09:00:00Z', text: 'bytes="300"' }]),
  );
  assert.deepEqual(await monthsOf(engines, editedPagesNew), ['2024-01 1']);
  assert.deepEqual(await monthsOf(engines, bytesDifferenceNetAggregate), ['2024-01 300', '2024-03 500']);
});

void test('a revision that was imported late, with an old time and a high number, began its page', async (t) => {
  const edit = { id: 500, parent: 900, time: '2024-01-05T08:00:00Z', text: 'bytes="100"' };
  const { engines } = await imported(
    t,
    dump([edit, { id: 900, time: '2003-05-01T12:00:00Z', text: 'bytes="40"' }]),
  );
  assert.deepEqual(await monthsOf(engines, editedPagesNew), ['2003-05 1']);
  assert.deepEqual(await monthsOf(engines, bytesDifferenceNetAggregate), ['2003-05 40', '2024-01 60']);
});

void test('where no parents are given, a revision is compared with the one before it in time', async (t) => {
  const edits = ['2024-02', '2024-01', '2024-03'].map((month, n) => ({
    id: n + 1,
    time: `${month}-01T00:00:00Z`,
    text: `bytes="${[30, 10, 60][n]}"`,
  }));
  const { engines } = await imported(t, dump(edits));
  assert.deepEqual(await monthsOf(engines, bytesDifferenceNetAggregate), [
    '2024-01 10',
    '2024-02 20',
    '2024-03 30',
  ]);
});

void test('a revision is as long as all its slots', async (t) => {
  const content = (text: string): string =>
    `<content><role>mediainfo</role><origin>1</origin><model>json</model><format>application/json</format>${text}</content>`;
  const { engines } = await imported(
    t,
    dump([
      { id: 50, time: '2024-02-01T00:00:00Z', text: 'bytes="400"' },
      {
        id: 51,
        parent: 50,
        time: '2024-02-02T00:00:00Z',
        text: 'bytes="400"',
        slots: content('<text bytes="700" />'),
      },
      {
        id: 52,
        parent: 51,
        time: '2024-03-02T00:00:00Z',
        text: 'bytes="400"',
        slots: content('<text>{&quot;a&quot;:1}</text>'),
      },
    ]),
  );
  const rows = await eventsOf(engines);
  assert.deepEqual(
    rows.map((row) => row.slice(7)),
    ['p1 0', 'r50 400', 'r51 700', 'r52 -693'],
  );
});

const CURRENT = dump(
  [{ id: 900, parent: 899, time: '2024-02-07T00:00:00Z', text: 'bytes="45000"' }],
  [{ id: 901, parent: 880, time: '2024-02-08T00:00:00Z', text: 'bytes="12000"' }],
);

void test('a dump of current revisions only is refused, with the name of the right dump', async (t) => {
  await assert.rejects(imported(t, CURRENT), {
    name: 'BadRowError',
    message:
      /:4: is a dump of current revisions only: 2 of 2 pages .* stub-meta-history or pages-meta-history/,
  });
  // Allowed for, its edits are edits, and nothing is said of what isn't known.
  const { engines, report } = await imported(t, CURRENT, { skipBad: 1 });
  assert.equal(report.skipped.length, 1);
  assert.equal(report.unknownDifferences, 2);
  assert.deepEqual(await monthsOf(engines, editsAggregate), ['2024-02 2']);
  for (const metric of [editedPagesNew, bytesDifferenceNetAggregate, bytesDifferenceNetPerPage])
    assert.deepEqual(await monthsOf(engines, metric), [], metric.name);
  const { tables } = await engines.warehouse.states(SIGNAL);
  for (const metric of METRICS)
    for (const scopes of tables.get(tableOf(metric).name)?.coverage.values() ?? [])
      assert.ok(![...scopes.values()].flat().some(({ complete }) => complete), metric.name);
});

void test('a dump with one revision a page counts as current revisions only, if some pages have missing parents', async (t) => {
  const pages = Array.from({ length: 300 }, (_, n): Edit[] => {
    const parent = n % 3 === 0 ? { parent: 1000 + n } : {};
    return [{ id: 5000 + n, ...parent, time: '2024-02-07T00:00:00Z', text: 'bytes="1"' }];
  });
  await assert.rejects(imported(t, dump(...pages)), /100 of 300 pages have one revision/);
  // Of a short file, one such page tells nothing.
  assert.equal((await imported(t, dump(...pages.slice(0, 3)))).report.unknownDifferences, 1);
});

void test('the bytes of a revision with a missing parent are unknown, and it does not begin its page', async (t) => {
  const { engines, report } = await imported(
    t,
    dump(
      [
        { id: 10, parent: 9, time: '2024-01-01T00:00:00Z', text: 'bytes="500"' },
        { id: 11, parent: 10, time: '2024-01-02T00:00:00Z', text: 'bytes="510"' },
      ],
      [
        { id: 20, time: '2024-01-03T00:00:00Z', text: 'bytes="70"' },
        { id: 22, parent: 21, time: '2024-02-03T00:00:00Z', text: 'bytes="9000"' },
      ],
    ),
  );
  assert.equal(report.unknownDifferences, 2);
  assert.deepEqual(await monthsOf(engines, editsAggregate), ['2024-01 3', '2024-02 1']);
  assert.deepEqual(await monthsOf(engines, bytesDifferenceNetAggregate), ['2024-01 80']);
  assert.deepEqual(await monthsOf(engines, editedPagesTopByNetBytesDifference), ['2024-01 10', '2024-01 70']);
  assert.deepEqual(await monthsOf(engines, editedPagesNew), ['2024-01 1']);
});

void test('edits of old stubs without lengths have unknown bytes; a hidden text has the length of the one before', async (t) => {
  const old = [1, 2].map((id) => ({ id, time: `2024-01-0${id}T00:00:00Z`, text: `id="${id}"` }));
  const { engines, report } = await imported(t, dump(old));
  assert.equal(report.unknownDifferences, 2);
  assert.deepEqual(await monthsOf(engines, bytesDifferenceNetAggregate), []);
  const hidden = [
    { id: 1, time: '2024-01-01T00:00:00Z', text: 'bytes="10"' },
    { id: 2, parent: 1, time: '2024-01-02T00:00:00Z', text: 'deleted="deleted"' },
    { id: 3, parent: 2, time: '2024-01-03T00:00:00Z', text: 'bytes="15"' },
  ];
  const other = await imported(t, dump(hidden));
  assert.deepEqual(
    (await eventsOf(other.engines)).map((row) => row.slice(7)),
    ['p1 0', 'r1 10', 'r2 0', 'r3 5'],
  );
  // Two that are each other's parents, which no wiki has.
  const circle = [2, 1].map((parent, n) => ({
    id: n + 1,
    parent,
    time: '2024-01-01T00:00:00Z',
    text: 'deleted="deleted"',
  }));
  assert.equal((await imported(t, dump(circle))).report.unknownDifferences, 2);
});

void test('in whatever order revisions stand, their events are the same', async (t) => {
  const edits = Array.from({ length: 12 }, (_, n): Edit => {
    const day = String(((n * 7) % 12) + 1).padStart(2, '0');
    const parent = n % 3 === 0 ? {} : { parent: n };
    return { id: n + 1, ...parent, time: `2024-01-${day}T00:00:00Z`, text: `bytes="${(n * 37) % 100}"` };
  });
  const one = await newEngines(t);
  await importEventText(t, one, dump(edits));
  const expected = await eventsOf(one);
  assert.equal(expected.length, 13);
  const order = fc.shuffledSubarray(edits, { minLength: edits.length });
  await fc.assert(
    fc.asyncProperty(order, async (shuffled) => {
      const engines = await newEngines(t);
      await importEventText(t, engines, dump(shuffled));
      assert.deepEqual(await eventsOf(engines), expected);
    }),
    { numRuns: 8 },
  );
});

void test('a dump of pages says nothing of accounts', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, dump([{ id: 1, time: '2024-01-01T00:00:00Z', text: 'bytes="1"' }]), {
    complete: true,
  });
  const { tables } = await engines.warehouse.states(SIGNAL);
  const scopes = [...(tables.get(EDIT_EVENTS.name)?.coverage.get('hourly')?.keys() ?? [])];
  assert.deepEqual(
    scopes.sort(),
    (['page', 'revision'] as const).map((kind) => eventScope('simple.wikipedia', kind)),
  );
});
