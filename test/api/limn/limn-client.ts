import assert from 'node:assert/strict';

/*
 * Limn's client, as far as it asks a server and reads what it is given. It is as forgiving and as
 * unforgiving as Limn is: no quoting, comments cut off anywhere, dates by their digits in local time.
 */

/** Asks for a URL on Limn's own origin, and gives the body; undefined where there is no 200. */
export type Fetch = (path: string) => Promise<string | undefined>;

export interface Line {
  readonly label: string;
  /** Local dates, as Limn has them, and numbers; NaN is a gap. */
  readonly points: readonly (readonly [Date, number])[];
}

export interface DrawnGraph {
  readonly id: string;
  readonly name: string;
  readonly lines: readonly Line[];
}

interface Column {
  readonly id: string | null;
  readonly label: string;
  readonly type: string;
  readonly index: number;
}
interface Source {
  readonly id: string;
  readonly format: string;
  readonly type: string;
  readonly url: string;
  readonly columns: readonly Column[];
}
interface Node {
  readonly nodeType: string;
  readonly children?: readonly Node[];
  readonly metric?: { readonly source_id: string; readonly source_col: string | number };
  readonly options?: { readonly label?: string | null };
}

/** Dashboard, graphs, datasources, datafiles: what a browser on `/dashboards/ID` does. */
export async function drawDashboard(fetch: Fetch, id: string): Promise<DrawnGraph[]> {
  const dashboard = JSON.parse((await fetch(`/dashboards/${encodeURIComponent(id)}.json`)) ?? '{}') as {
    tabs: { graph_ids: string[] }[];
  };
  const graphs = dashboard.tabs.flatMap(({ graph_ids }) => graph_ids);
  const drawn: DrawnGraph[] = [];
  for (const graph of graphs) {
    const one = await drawGraph(fetch, graph);
    if (one) drawn.push(one);
  }
  return drawn;
}

/** One graph: by its id, or by the URL of a datafile. Undefined where Limn shows none. */
export async function drawGraph(fetch: Fetch, id: string): Promise<DrawnGraph | undefined> {
  const url = /https?:\/\/.*?([^/]*)\.(csv|tsv|json)(\?.*)?/i.exec(id);
  if (url) {
    const name = new URLSearchParams(url[3]?.slice(1)).get('name') ?? '';
    const { header, rows } = readTable(await file(fetch, url[0]), url[2] === 'tsv' ? '\t' : ',');
    const lines = header.slice(1).map((label, c) => ({ label, points: pointsOf(rows, c + 1) }));
    return { id: (url[1] as string) + name, name, lines };
  }
  const text = await fetch(`/graphs/${encodeURIComponent(id)}.json`);
  if (text === undefined) return undefined;
  const graph = JSON.parse(text) as { graph_version?: string; id: string; name: string; root: Node };
  if (graph.graph_version !== '0.6.0') throw new Error('Unknown Graph Version!');
  assert.equal(graph.root.nodeType, 'canvas');
  const groups = (graph.root.children ?? []).filter(({ nodeType }) => nodeType === 'line-group');
  const lines: Line[] = [];
  for (const { nodeType, metric, options } of groups.flatMap(({ children }) => children ?? [])) {
    assert.equal(nodeType, 'line');
    assert.ok(metric);
    const source = await datasource(fetch, metric.source_id);
    const { source_col } = metric;
    const column = source.columns.findIndex(({ id }, i) =>
      typeof source_col === 'number' ? i === source_col : id === source_col,
    );
    assert.ok(column > 0, `the datasource ${source.id} has no column ${source_col}`);
    const text = await file(fetch, source.url);
    const points =
      source.format === 'json'
        ? pointsOf(readRows(text), column)
        : pointsOf(readTable(text, source.format === 'tsv' ? '\t' : ',').rows, column);
    lines.push({ label: options?.label ?? source.columns[column]?.label ?? '', points });
  }
  return { id: graph.id, name: graph.name, lines };
}

async function datasource(fetch: Fetch, id: string): Promise<Source> {
  const text = await fetch(`/datasources/${encodeURIComponent(id)}.json`);
  assert.ok(text !== undefined, `no datasource ${id}`);
  const source = JSON.parse(text) as Source;
  assert.equal(source.id, id);
  assert.ok(['csv', 'tsv', 'json', 'jsonp', 'xml'].includes(source.format));
  return source;
}

let busters = 1_859_307_495;

/** A datafile: what is elsewhere goes by the proxy on Limn's origin, which knows the path alone. */
async function file(fetch: Fetch, url: string): Promise<string> {
  const proxied = url.startsWith('http') ? `/x/${url}` : url;
  const text = await fetch(proxied.includes('?') ? proxied : `${proxied}?${busters++}`);
  assert.ok(text !== undefined, `no datafile ${url}`);
  return text;
}

/** How Limn's proxy changes a path: `/x/http://host/a%7Cb.csv?1` asks host for `/a|b.csv`. */
export function proxiedPath(path: string): string {
  const { pathname } = new URL(path.slice('/x/'.length));
  return decodeURI(pathname);
}

function readTable(text: string, separator: string): { header: string[]; rows: Cell[][] } {
  const [first = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(withoutComment);
  const between = first.includes(separator) ? separator : '\t';
  const rows = lines
    .map((line) => line.split(between))
    .filter((cells) => cells.length >= 2)
    .map(([date = '', ...cells]) => [parseDate(date), ...cells.map(Number.parseFloat)]);
  return { header: first.split(between), rows };
}

function readRows(json: string): Cell[][] {
  return (JSON.parse(json) as (number | null)[][]).map(([ms, ...cells]) => [
    new Date(ms as number),
    ...cells.map((cell) => cell ?? NaN),
  ]);
}

type Cell = Date | number;

function withoutComment(line: string): string {
  return line.replace(/(?:\s#|\/\/).*$/, '');
}

/** moment's YYYY.MM.DD.HH.mm.ss: runs of digits, in the browser's own time. A year takes four of them. */
function parseDate(text: string): Date {
  const parts = [...text.matchAll(/\d{1,4}/g)].map(([digits], i) =>
    Number(i === 0 ? digits : digits.slice(0, 2)),
  );
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0] = parts;
  return new Date(year, month - 1, day, hours, minutes, seconds);
}

function pointsOf(rows: readonly (readonly Cell[])[], column: number): (readonly [Date, number])[] {
  return rows.map((row) => [row[0] as Date, row[column] as number] as const);
}
