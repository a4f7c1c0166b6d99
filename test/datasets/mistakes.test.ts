import assert from 'node:assert/strict';
import { test } from 'node:test';
import { built, CAKES, mistakesOf } from './folder.ts';

const CSV = { 'cake.csv': CAKES['cake.csv'] };
const YAML = CAKES['cake.yaml'];

/** The cake data set, with a line changed. */
function changed(from: string, to: string): Record<string, string> {
  assert.ok(YAML.includes(from), from);
  return { ...CSV, 'cake.yaml': YAML.replace(from, to) };
}

void test('a data set without a mistake has none', async () => {
  const { mistakes, published } = await built(CAKES);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    published.map(({ kind, name, file }) => [kind, name, file]),
    [['dataset', 'cake', 'cake.yaml']],
  );
});

const CASES: Readonly<Record<string, [files: Record<string, string | Buffer>, ...lines: string[]]>> = {
  'a member that does not exist is told with the nearest one': [
    changed('title:', 'titel:'),
    'cake.yaml:2:1: titel is not a member of a data set: did you mean title?',
  ],
  'a member that is missing': [
    changed('title: Cakes baked\n', ''),
    'cake.yaml:1:1: title is missing in a data set.',
  ],
  'a licence that is missing': [
    changed('licence: CC0-1.0\n', ''),
    'cake.yaml:1:1: licence is missing: name the one under which the numbers may be used.',
  ],
  'a word that is none of a few': [
    changed('monthly', 'montly'),
    'cake.yaml:5:8: grain should be one of hourly, daily, monthly: did you mean monthly?',
  ],
  'a number where a text is wanted': [
    changed('title: Cakes baked', 'title: 2024'),
    'cake.yaml:2:8: title is 2024, but should be a text: put it in quotes.',
  ],
  'a name that no path can have': [
    changed('dataset: cake', 'dataset: Cake!'),
    'cake.yaml:1:10: dataset is "Cake!", but should be a name of at most 60 lower-case letters, digits and hyphens that begins with a letter; write cake.',
  ],
  'a column that the file does not have': [
    changed('[kitchen]', '[kitchens]'),
    'cake.yaml:7:14: there is no column kitchens: did you mean kitchen?',
  ],
  'a measure whose column the file does not have': [
    changed('  cakes:', '  cakes: { column: pies }'),
    'cake.yaml:9:20: there is no column pies; there are month, kitchen, cakes.',
  ],
  'a name that means something else': [
    changed('[kitchen]', '[{ name: timestamp, column: kitchen }]'),
    'cake.yaml:7:14: timestamp has another meaning in Kraken: choose another name.',
  ],
  'a dimension that the header spells with a capital': [
    { 'cake.csv': CAKES['cake.csv'].replace('kitchen', 'Kitchen'), 'cake.yaml': YAML },
    'cake.yaml:7:14: there is no column kitchen: the file has Kitchen; write { name: kitchen, column: "Kitchen" }.',
  ],
  'a measure that the header spells with a capital': [
    { 'cake.csv': CAKES['cake.csv'].replace('cakes', 'Cakes'), 'cake.yaml': YAML },
    'cake.yaml:9:9: there is no column cakes: the file has Cakes; write cakes: { column: "Cakes" }.',
  ],
  'a date whose column the header spells with a capital': [
    { 'cake.csv': CAKES['cake.csv'].replace('month', 'Month'), 'cake.yaml': YAML },
    'cake.yaml:6:7: there is no column month: did you mean Month?',
  ],
  'measures as a list': [
    changed('measures:\n  cakes:\n', 'measures: [cakes, pies]\n'),
    'cake.yaml:8:11: measures is ["cakes","pies"], but should be members; write measures: { cakes, pies }.',
  ],
  'a measure alone': [
    changed('measures:\n  cakes:\n', 'measures: cakes\n'),
    'cake.yaml:8:11: measures is "cakes", but should be members; write measures: { cakes }.',
  ],
  'a colon that is missing': [
    changed('title: Cakes', 'title Cakes'),
    'cake.yaml:2:1: it is not YAML: a colon and a space must follow a name, as in title: Cakes. Either the colon is missing here, or the line continues the one before and should be indented.',
  ],
  'a date that begins with the day': [
    { ...CSV, 'cake.yaml': YAML, 'cake.csv': `${CAKES['cake.csv']}31/12/2024,North,1\n01.02.24,North,1\n` },
    'cake.csv:6: the column month "31/12/2024" is not a date such as 2024-03-01, 2024/03/01 or 20240301; likewise in 1 other row: line 7 "01.02.24"; write all dates in one way, with the year first, or in one that format says.',
  ],
  'a comma for the point in a column of counts': [
    { 'cake.yaml': YAML, 'cake.csv': `${CAKES['cake.csv']}2024-04,North,"100,00"\n` },
    `cake.csv:6: the column cakes "100,00" is not a whole number from 0 to 2^53-1; add decimal: ',', and kind: decimal to the measure.`,
  ],
  'a Parquet file that is not there': [
    changed('cake.csv', 'pie.parquet'),
    "cake.yaml:4:7: pie.parquet can't be read: there is no such file.",
  ],
  'a project that can be none': [
    {
      's.yaml':
        'dataset: s\ntitle: S\nquestion: { metric: pageviews-per-article, where: { project: En!, article: Cat } }\n',
    },
    's.yaml:3:62: project En!: The parameter `project` contains invalid charaters.',
  ],
  'a file that is not there': [
    changed('file: cake.csv', 'file: pie.csv'),
    "cake.yaml:4:7: pie.csv can't be read: there is no such file.",
  ],
  'a file outside the folder': [
    changed('file: cake.csv', 'file: ../cake.csv'),
    'cake.yaml:4:7: "../cake.csv" should be the path of a file in the folder of this YAML file.',
  ],
  'a file that is no table': [
    changed('file: cake.csv', 'file: cake.xls'),
    'cake.yaml:4:7: cake.xls should end in .csv, .tsv, .ndjson (packed: .csv.gz, .csv.bz2), .xlsx or .parquet.',
  ],
  'a wide column with what stands between values': [
    {
      'w.csv': 'month,a|b\n2024-01,1\n',
      'w.yaml':
        'dataset: w\ntitle: W\nlicence: CC0-1.0\nfile: w.csv\ngrain: monthly\ndate: month\nwide: { dimension: d }\nmeasures: { m: }\n',
    },
    "w.yaml:7:1: a value can't contain a |, unlike a|b.",
  ],
  'two sources': [
    changed('file: cake.csv', 'file: cake.csv\nquestion: { metric: pageviews-aggregate }'),
    'cake.yaml:4:1: a data set has exactly one of question, file, url, table and stream as its source.',
  ],
  'a metric that does not exist': [
    { 'q.yaml': 'dataset: q\ntitle: Q\nquestion: { metric: pageviews-agregate }\n' },
    'q.yaml:3:21: there is no metric pageviews-agregate: did you mean pageviews-aggregate?',
  ],
  'a dimension that the metric does not have': [
    {
      'q.yaml':
        'dataset: q\ntitle: Q\nquestion:\n  metric: pageviews-aggregate\n  where: { projct: en.wikipedia }\n',
    },
    'q.yaml:5:12: pageviews-aggregate has no dimension projct: did you mean project?',
  ],
  'a value that the dimension can not have': [
    {
      'q.yaml':
        'dataset: q\ntitle: Q\nquestion:\n  metric: pageviews-aggregate\n  where: { access: desktp }\n',
    },
    'q.yaml:5:20: access should be equal to one of the allowed values: [all-access, desktop, mobile-app, mobile-web]: did you mean desktop?',
  ],
  'the name of a built-in metric': [
    changed('dataset: cake', 'dataset: pageviews-top'),
    'cake.yaml:1:10: pageviews-top is already the name of a metric of Kraken.',
  ],
  'a name that GraphQL has taken': [
    changed('dataset: cake', 'dataset: metrics'),
    "cake.yaml:1:10: it can't be served: metric metrics: GraphQL has another field metrics.",
  ],
  'a name twice': [
    { ...CAKES, 'z.yaml': YAML },
    'z.yaml:1:10: cake is already the name of a data set in cake.yaml.',
  ],
  'what is no YAML': [
    { 'x.yaml': 'dataset: x\ntitle: "x\n' },
    'x.yaml:3:1: it is not YAML: Missing closing "quote.',
  ],
  'a file that is nothing of the kind': [
    { 'x.yaml': 'datset: x\ntitle: X\n' },
    'x.yaml:1:1: it should have one of the members dataset, graph, dashboard, metric: did you mean dataset?',
  ],
  'a dashboard of a graph that is not there': [
    { ...CAKES, 'd.yaml': 'dashboard: d\nheadline: D\ntabs:\n  - name: A\n    graphs: [cale]\n' },
    'd.yaml:5:14: there is no graph or data set cale: did you mean cake?',
  ],
  'a graph of a path that is not there': [
    {
      'g.yaml':
        'graph: g\ntitle: G\ndata: [/pageviews/aggregat/en.wikipedia/desktop/user/daily/20240101/latest]\n',
    },
    'g.yaml:3:8: /pageviews/aggregat/en.wikipedia/desktop/user/daily/20240101/latest is not a path under /metrics.',
  ],
  'a graph whose path asks for a value that can not be': [
    {
      'g.yaml':
        'graph: g\ntitle: G\ndata: [/pageviews/aggregate/en.wikipedia/desktp/user/daily/20240101/latest]\n',
    },
    'g.yaml:3:8: /pageviews/aggregate/en.wikipedia/desktp/user/daily/20240101/latest: access should be equal to one of the allowed values: [all-access, desktop, mobile-app, mobile-web].',
  ],
  'a graph of a measure that is not there': [
    { ...CAKES, 'g.yaml': 'graph: g\ntitle: G\ndata: [{ path: cake, measure: cake }]\n' },
    'g.yaml:3:31: cake has no measure cake: did you mean cakes?',
  ],
  'a member that is there twice': [
    changed('date: month', 'grain: daily\ndate: month'),
    'cake.yaml:6:1: grain is there a second time: keep one of the two.',
  ],
  'a date that is none': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1\n2024-13,North,2\n' },
    'cake.csv:3: the column month "2024-13" is not a date.',
  ],
  'a number that is none': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,few\n' },
    'cake.csv:2: the column cakes "few" is not a whole number from 0 to 2^53-1; if it stands for a gap, declare missing: ["few"].',
  ],
  'a second row of the same period': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1\n2024-01,North,2\n' },
    'cake.csv:3: the row has the same series and date as line 2. Keep one of them, or add the column that tells them apart to dimensions.',
  ],
  'a value that is refused': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,A\0B,1\n' },
    'cake.csv:2: the column kitchen "A\\u0000B" is refused: The parameter `kitchen` contains a NUL character.',
  ],
  'a quote that is not closed': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,"North,1\n' },
    'cake.csv:2: the row has a quote that is never closed.',
  ],
  'a name in capitals, of a column': [
    changed('[kitchen]', '[Kitchen]'),
    'cake.yaml:7:14: dimensions.0 is "Kitchen", but should be a name of lower-case letters, digits, hyphens and underscores that begins with a letter; write { name: kitchen, column: "Kitchen" }.',
    'cake.yaml:7:14: there is no column Kitchen: did you mean kitchen?',
  ],
  'a measure in capitals': [
    changed('  cakes:', '  Cakes sold:'),
    'cake.yaml:9:3: Cakes sold should be a name of lower-case letters, digits, hyphens and underscores that begins with a letter; write cakes-sold: { column: "Cakes sold" }.',
    'cake.yaml:9:3: there is no column Cakes sold; there are month, kitchen, cakes.',
  ],
  'a column in capitals': [
    { ...CAKES, 'cake.csv': 'month,KITCHEN,cakes\n' },
    'cake.yaml:7:14: there is no column kitchen: the file has KITCHEN; write { name: kitchen, column: "KITCHEN" }.',
  ],
  'semicolons for separators': [
    { ...CAKES, 'cake.csv': 'month;kitchen;cakes\n2024-01;North;1\n' },
    "cake.yaml:4:7: cake.csv seems to be separated by semicolons: add separator: ';'.",
  ],
  'semicolons between quotes, as R writes them': [
    { ...CAKES, 'cake.csv': '"month";"kitchen";"cakes"\n' },
    "cake.yaml:4:7: cake.csv seems to be separated by semicolons: add separator: ';'.",
  ],
  'separators of thousands': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,"1,234,567"\n' },
    `cake.csv:2: the column cakes "1,234,567" is not a whole number from 0 to 2^53-1; add thousands: ','.`,
  ],
  'a decimal where counts are declared': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1.5\n' },
    'cake.csv:2: the column cakes "1.5" is not a whole number from 0 to 2^53-1; kind: decimal takes it.',
  ],
  'a number of YAML that is no longer what was written': [
    changed('[kitchen]', '[{ name: kitchen, total: 12345678901234567890 }]'),
    'cake.yaml:7:38: 12345678901234567890 has more digits than a number can store: put it in quotes.',
  ],
  'a decimal comma where counts are declared': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,"1,3"\n' },
    `cake.csv:2: the column cakes "1,3" is not a whole number from 0 to 2^53-1; add decimal: ',', and kind: decimal to the measure.`,
  ],
  'the header in the middle': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1\nmonth, kitchen,cakes\n2024-02,North,1\n' },
    'cake.csv:3: the row is the header again, as when files were joined: leave it out.',
  ],
  'UTF-16': [
    { ...CSV, 'cake.csv': Buffer.from('\ufeffmonth,kitchen,cakes\n', 'utf16le'), 'cake.yaml': YAML },
    'cake.yaml:4:7: cake.csv seems to be written in UTF-16: add encoding: utf-16.',
  ],
  'UTF-16 without a mark': [
    { ...CSV, 'cake.csv': Buffer.from('month,kitchen,cakes\n', 'utf16le'), 'cake.yaml': YAML },
    'cake.yaml:4:7: cake.csv seems to be written in UTF-16: add encoding: utf-16.',
  ],
  'Latin-1': [
    {
      ...CSV,
      'cake.csv': Buffer.from('month,kitchen,cakes\n2024-01,Zürich,1\n', 'latin1'),
      'cake.yaml': YAML,
    },
    'cake.yaml:4:7: cake.csv is not UTF-8. It seems to be written in Windows-1252, in which line 2 says Zürich: if that is right, add encoding: windows-1252.',
  ],
  'a column of dates without a name': [
    { ...CAKES, 'cake.csv': ',kitchen,cakes\n2024-01,North,1\n' },
    'cake.yaml:6:7: there is no column month; there are kitchen, cakes. Column 1 has no name in the header: if you need it, give it one.',
  ],
  'a line with too many fields': [
    { ...CAKES, 'cake.csv': 'month,kitchen,cakes\n2024-01,North,1,2\n' },
    'cake.csv:2: the row has 4 fields but the header has 3: a field with a comma in it needs quotes.',
  ],
};

for (const [title, [files, ...lines]] of Object.entries(CASES)) {
  void test(`${title}: the message has the place, and what is wrong`, async () => {
    assert.deepEqual(await mistakesOf(files), lines);
  });
}

void test('all mistakes of a YAML file are reported at once, whatever their kinds', async () => {
  const yaml = [
    'titel: Cakes',
    'dataset: Cake',
    'licence: CC0',
    'file: cake.csv',
    'grain: montly',
    'dat: monht',
    'dimensions: [Kitchens, { name: size, colum: Size }]',
    'measures: { Cakes sold: { kind: decimel } }',
    'owner: 7',
  ].join('\n');
  assert.deepEqual(
    (await mistakesOf({ ...CSV, 'cake.yaml': yaml }))
      .map((line) => line.split(', but')[0] as string)
      .toSorted((a, b) => (a < b ? -1 : 1)),
    [
      'cake.yaml:1:1: titel is not a member of a data set: did you mean title?',
      'cake.yaml:2:10: dataset is "Cake"',
      'cake.yaml:3:10: licence "CC0" is not an id of the SPDX list: did you mean CC0-1.0?',
      'cake.yaml:5:8: grain should be one of hourly, daily, monthly: did you mean monthly?',
      'cake.yaml:6:1: dat is not a member of a data set: did you mean date?',
      'cake.yaml:6:6: there is no column monht: did you mean month?',
      'cake.yaml:7:14: dimensions.0 is "Kitchens"',
      'cake.yaml:7:14: there is no column Kitchens: did you mean kitchen?',
      'cake.yaml:7:24: there is no column Size; there are month, kitchen, cakes.',
      'cake.yaml:7:38: colum is not a member of dimensions.1: did you mean column?',
      'cake.yaml:8:11: there is no column Cakes sold; there are month, kitchen, cakes.',
      'cake.yaml:8:13: Cakes sold should be a name of lower-case letters, digits, hyphens and underscores that begins with a letter; write cakes-sold: { column: "Cakes sold" }.',
      'cake.yaml:8:33: measures.Cakes sold.kind should be one of count, difference, decimal: did you mean decimal?',
      'cake.yaml:9:8: owner is 7',
    ],
  );
  assert.deepEqual(
    (await mistakesOf({ 'x.yaml': 'dataset: [x\nb: {y\n' })).map((line) => line.split(': ')[1]),
    ['it is not YAML', 'it is not YAML'],
  );
});

void test('a licence is an id of the SPDX list, or a name of its own', async () => {
  const saidOf = async (licence: string): Promise<string[]> =>
    (await mistakesOf(changed('licence: CC0-1.0', `licence: ${licence}`))).map(
      (line) => /did you mean (.*)\?$/.exec(line)?.[1] ?? line,
    );
  for (const good of ['CC0-1.0', 'CC-BY-SA-4.0', 'GPL-3.0', 'LicenseRef-My-Own'])
    assert.deepEqual(await saidOf(good), [], good);
  for (const [wrong, right] of [
    ['CC0', 'CC0-1.0'],
    ['cc0-1.0', 'CC0-1.0'],
    ['CC-BY', 'CC-BY-4.0'],
    ['CC BY SA 4.0', 'CC-BY-SA-4.0'],
    ['odbl', 'ODbL-1.0'],
    ['Apache-2', 'Apache-2.0'],
    ['CC-BY-5.0', 'CC-BY-1.0'],
  ] as const)
    assert.deepEqual(await saidOf(wrong), [right], wrong);
  assert.deepEqual(await saidOf('all rights reserved'), [
    'cake.yaml:3:10: licence "all rights reserved" is not an id of the SPDX list (https://spdx.org/licenses/); for a licence that is not listed, write LicenseRef-NAME.',
  ]);
});

void test('all mistakes of rows are reported at once, whatever their kinds', async () => {
  const lines = [
    'month,kitchen,cakes',
    '2024-13,North,few',
    '2024-01,North,1',
    '2024-01,South,2,3',
    '2024-01,North,4',
    '2024-02,North,5',
  ];
  assert.deepEqual(
    (await mistakesOf({ ...CAKES, 'cake.csv': `${lines.join('\n')}\n2024-03,"North,1\n` })).map(
      (line) => line.split(/(?<=is not|has|the first is line 3)/)[0],
    ),
    [
      'cake.csv:2: the column month "2024-13" is not',
      'cake.csv:2: the column cakes "few" is not',
      'cake.csv:4: the row has',
      'cake.csv:5: the row has',
      'cake.csv:7: the row has',
    ],
  );
});

void test('mistakes of one kind in one column are told once, with their number and first places, so that none hides another', async () => {
  const rows = Array.from(
    { length: 1000 },
    (_, i) => `${2000 + Math.floor(i / 12)}-${(i % 12) + 1},North,x${i}`,
  );
  const csv = `month,kitchen,cakes\n${rows.join('\n')}\n2024-13,South,1\n2024-01,South,few\n2024-01,South,1\n2024-01,South,1\n`;
  assert.deepEqual(await mistakesOf({ ...CAKES, 'cake.csv': csv }), [
    'cake.csv:2: the column cakes "x0" is not a whole number from 0 to 2^53-1; likewise in 999 other rows: line 3 "x1", line 4 "x2", line 5 "x3", line 6 "x4" ….',
    'cake.csv:1002: the column month "2024-13" is not a date.',
    'cake.csv:1003: the column cakes "few" is not a whole number from 0 to 2^53-1; if it stands for a gap, declare missing: ["few"].',
    'cake.csv:1005: the row has the same series and date as line 1004. Keep one of them, or add the column that tells them apart to dimensions.',
  ]);
});

void test('a wrong file affects nothing else', async () => {
  const { published, mistakes, warnings } = await built({
    ...CAKES,
    'a.yaml': '{{{{',
    'b.yaml': 'dataset: b\n',
    'c.yaml': 'dashboard: c\nheadline: C\ntabs: [{ name: T, graphs: [cake] }]\n',
    'd.yaml': 'dashboard: d\nheadline: D\ntabs: [{ name: T, graphs: [b] }]\n',
  });
  assert.deepEqual(
    published.map(({ name }) => name),
    ['cake', 'c'],
  );
  assert.deepEqual([...new Set(mistakes.map(({ file }) => file))], ['a.yaml', 'b.yaml']);
  assert.deepEqual(
    warnings.map(({ file }) => file),
    ['d.yaml'],
  );
});

void test('several things may be in one file, and a graph in a dashboard', async () => {
  const { catalogue, mistakes } = await built({
    'cake.csv': CAKES['cake.csv'],
    'all.yml': `${YAML}---
dashboard: bakery
headline: The bakery
tabs:
  - name: Cakes
    graphs:
      - cake
      - title: North
        data:
          - path: https://example.org/metrics/datasets/cake/North/monthly/20240101/latest.csv?x=1
            label: The north
`,
  });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(catalogue.dashboards.get('bakery')?.tabs, [
    { name: 'Cakes', graphs: ['cake', 'bakery-1-2'] },
  ]);
  assert.deepEqual(catalogue.graphs.get('bakery-1-2')?.data, [
    { path: '/datasets/cake/North/monthly/20240101/latest', label: 'The north' },
  ]);
  assert.deepEqual(catalogue.graphs.get('cake')?.data, [
    { path: '/datasets/cake/North%7CSouth/monthly/20240101/latest' },
  ]);
});
