import { fieldName } from '../../src/core/metric/graphql-names.ts';
import type { Names } from './named.ts';

/** A request: a URL by GET, or by POST with a body. */
export interface Sent {
  readonly url: string;
  readonly body?: unknown;
  readonly accept?: string;
}

const RANGE = 'daily/20240101/20240105';
const FORMS = [
  '',
  '.csv',
  '.tsv',
  '.ndjson',
  '.svg',
  '?format=metadata',
  '?shape=columns',
  '?format=csv&shape=wide',
];

/** The same requests of metrics whose dimensions and measure have some names, in every spelling. */
export function requestsNamed(names: Names): Sent[] {
  return [...paths(names), ...questions(names), ...panels(names), ...graphql(names), ...pages(names)];
}

function paths({ place, kind, amount }: Names): Sent[] {
  const series = ['by-key', 'by-sql'].flatMap((metric) =>
    ['here/all', 'here%7Cthere/this%7Cthat', 'nowhere/all', 'here/wrong'].map(
      (values) => `/metrics/things/${metric}/${values}/${RANGE}`,
    ),
  );
  const others = [
    `/metrics/things/by-path/here/${RANGE}`,
    '/metrics/things/best/here/all/2024/01/01',
    '/metrics/things/best/here%7Cthere/this/2024/01/01',
    '/metrics/things/best/nowhere/this/2024/01/01',
    '/metrics/things/by-key/here',
  ];
  const options = [
    ...[place, kind, amount].flatMap((name) => [`?sum=${name}`, `?names=${name}`, `?${name}=x&fill=zero`]),
    `?format=svg&measure=${amount}`,
    `?format=csv&download`,
    '?fill=null',
  ];
  return [
    ...[...series, ...others].flatMap((path) => FORMS.map((form) => ({ url: path + form }))),
    ...series.flatMap((path) => options.map((option) => ({ url: path + option }))),
    ...series.map((path) => ({ url: `/limn/data/datafiles${path.slice('/metrics'.length)}.csv` })),
    ...['/limn/datasources/all', '/limn/graphs.json', '/limn/dashboards.json'].map((url) => ({ url })),
  ];
}

function questions({ place, kind, amount, entry }: Names): Sent[] {
  const range = '2024-01-01..2024-01-03';
  const base = { range, dryRun: false };
  const all = ['by-key', 'by-sql', 'by-path', 'best'].flatMap((metric) => [
    { ...base, metric },
    { ...base, metric, by: [place] },
    { ...base, metric, by: [kind], grain: 'daily' },
    { ...base, metric, by: [place, kind], total: true },
    { ...base, metric, where: { [place]: 'here' }, grain: 'daily', fill: 'zero' },
    { ...base, metric, where: { [place]: 'here' }, by: [kind], grain: 'daily', fill: 'null' },
    { ...base, metric, where: { [place]: 'nowhere' } },
    { ...base, metric, where: { [place]: ['here', 'nowhere'], [kind]: { not: 'this' } }, by: [place, kind] },
    { ...base, metric, where: { [place]: { prefix: 'h' } }, measures: [amount], order: [`-${amount}`] },
    { ...base, metric, where: { [kind]: 'this' }, range: '2024-01-03..2024-01-04', compare: 'previous' },
    { ...base, metric, where: { [amount]: 'x' } },
    { ...base, metric, where: { [entry]: 'entry-1', [place]: 'here' }, grain: 'daily' },
    { ...base, metric, by: [amount, entry] },
    { ...base, metric, measures: [place] },
    { ...base, metric, order: [kind] },
    { ...base, metric, [place]: 'here' },
    { ...base, metric: place },
  ]);
  return all.flatMap((question) => [
    { url: '/query', body: question },
    { url: '/query?format=csv', body: question },
    { url: '/query?format=ndjson', body: question },
    { url: `/query?query=${encodeURIComponent(JSON.stringify(question))}` },
    {
      url: `/query?metric=${question.metric}&range=${range}&where.${place}=here&where.${amount}=x&${kind}=this`,
    },
    { url: `/query?metric=${question.metric}&range=${range}&where.${place}=here&by=${kind}&names=${kind}` },
  ]);
}

function panels({ place, kind, amount, entry }: Names): Sent[] {
  const range = { from: '2024-01-01T00:00:00Z', to: '2024-01-05T00:00:00Z' };
  const payloads = [
    {},
    { [place]: 'here' },
    { [place]: '(here|there)', [kind]: ['this', 'that'] },
    { [place]: 'here', measure: amount },
    { [place]: 'here', [amount]: 'x' },
    { [place]: 'here', measure: place },
  ];
  const targets = ['by-key', 'by-sql', 'by-path', 'best'];
  return [
    ...targets.flatMap((target) =>
      payloads.flatMap((payload) => [
        { url: '/grafana/query', body: { range, targets: [{ refId: 'A', target, payload }] } },
        {
          url: '/grafana/query',
          body: {
            range,
            targets: [{ refId: 'A', target, payload }],
            filters: [{ key: place, operator: '=', value: 'there' }],
          },
        },
      ]),
    ),
    ...[place, kind, amount, entry].flatMap((name) => [
      { url: '/grafana/tag-values', body: { key: name } },
      ...targets.flatMap((metric) => [
        { url: '/grafana/metric-payload-options', body: { metric, name } },
        { url: '/grafana/variable', body: { payload: { target: `${metric}/${name}` } } },
      ]),
    ]),
    { url: '/grafana/metrics', body: {} },
    { url: '/grafana/tag-keys', body: {} },
  ];
}

function graphql({ place, kind, amount, entry }: Names): Sent[] {
  const [p, k, a, e] = [place, kind, amount, entry].map(fieldName);
  const series = `${p} ${k} timestamps ${a} items { timestamp ${a} } reason hint`;
  const queries = [
    ...['byKey', 'bySql', 'byPath'].flatMap((field) => [
      `{ ${field}(${p}: "here", ${k}: ALL, grain: DAILY, start: "20240101", end: "20240103") { ${series} } }`,
      `{ ${field}(${p}: "nowhere", ${k}: THIS, grain: DAILY, start: "20240101", end: "20240103") { ${series} } }`,
      `{ ${field}(grain: DAILY, start: "20240101", end: "20240103") { ${a} } }`,
      `{ ${field}(${a}: 1, grain: DAILY, start: "20240101", end: "20240103") { ${a} } }`,
    ]),
    `{ best(${p}: "here", ${k}: ALL, date: "2024-01-01") { ${p} ${k} entries { ${e} ${a} rank } hint } }`,
    `{ metrics { name dimensions { name } measures { name } } }`,
    ...['by-key', 'by-sql', 'best'].flatMap((metric) =>
      [
        `metric: "${metric}", range: "2024-01", by: ["${place}"]`,
        `metric: "${metric}", range: "2024-01", where: [{dimension: "${place}", values: ["here"]}], grain: "daily"`,
        `metric: "${metric}", range: "2024-01", where: [{dimension: "${amount}", values: ["here"]}]`,
        `metric: "${metric}", range: "2024-01", where: [{dimension: "${place}", values: ["here", "nowhere"]}], by: ["${place}"]`,
      ].map(
        (input) =>
          `{ query(input: {${input}}) { query cost rows { timestamp dimensions { name value } measures { name value } } noRows { name value } hint } }`,
      ),
    ),
    '{ __schema { types { name fields { name args { name } } } } }',
  ];
  return queries.map((query) => ({ url: '/graphql', body: { query } }));
}

function pages({ place, kind, amount, entry }: Names): Sent[] {
  const accept = 'text/html';
  return [
    ...['by-key', 'by-sql', 'by-path', 'best'].flatMap((metric) => [
      { url: `/catalogue/${metric}` },
      { url: `/docs/metrics/${metric}`, accept },
      { url: `/docs/api/${metric}?${place}=here&${kind}=all`, accept },
      { url: `/?metric=${metric}`, accept },
      { url: `/?metric=${metric}&${place}=here`, accept },
      { url: `/?metric=${metric}&${place}=here&${kind}=this&measure=${amount}&view=table`, accept },
      { url: `/?metric=${metric}&${place}=nowhere&${kind}=this`, accept },
      ...[place, kind, amount, entry].flatMap((name) => [
        { url: `/catalogue/${metric}/values/${name}` },
        { url: `/catalogue/${metric}/values/${name}?prefix=h&${place}=here` },
        { url: `/catalogue/${metric}/values/${name}?${name}=x` },
      ]),
    ]),
    { url: `/embed/things/by-key/here/all/${RANGE}`, accept },
    { url: '/catalogue' },
    { url: '/openapi.json' },
    { url: '/docs', accept },
  ];
}
