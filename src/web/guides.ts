import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Html } from './html.ts';
import { markdown } from './markdown.ts';

/** A guide. It is a Markdown file of docs/, so that readers of the repository find it too. */
export interface Guide {
  /** The name of the file: `query`. */
  readonly name: string;
  /** Its title in a list of guides. */
  readonly title: string;
  readonly doc: string;
}

/** The folder into which the build puts the guides, beside this file. */
const FOLDER = fileURLToPath(new URL('guides/', import.meta.url));

export const GUIDES: readonly Guide[] = [
  { name: 'query', title: 'Asking any question', doc: 'Grouped, summed, sorted and compared, by /query.' },
  { name: 'subscriptions', title: 'GraphQL subscriptions', doc: 'Answers that come again when they change.' },
  {
    name: 'spreadsheets',
    title: 'Spreadsheets',
    doc: 'CSV in Sheets, Excel and LibreOffice, with little or no code.',
  },
  { name: 'pandas', title: 'pandas', doc: 'Frames in Python, with Namibia and gaps as they are.' },
  { name: 'polars', title: 'Polars', doc: 'Frames in Python, by address.' },
  { name: 'duckdb', title: 'DuckDB', doc: 'SQL over any answer.' },
  { name: 'jupyter', title: 'Jupyter', doc: 'A notebook with tables and pictures.' },
  { name: 'r', title: 'R', doc: 'Data frames, with counts of any size.' },
  { name: 'observable', title: 'Observable Framework', doc: 'A data loader and a plot.' },
  { name: 'superset', title: 'Superset', doc: 'Charts over the tables of the lake.' },
  { name: 'streaming', title: 'Streaming', doc: 'Each change of an answer, as it comes.' },
  { name: 'grafana', title: 'Grafana', doc: 'Panels over every metric, by the plugins JSON and Infinity.' },
  { name: 'limn', title: 'Limn', doc: 'Dashboards of a Limn server with Kraken’s numbers.' },
  {
    name: 'datasets',
    title: 'Publishing data sets',
    doc: 'Your own numbers and dashboards, one file each.',
  },
  { name: 'capture', title: 'Collecting events', doc: 'Page views and events of your own sites.' },
  { name: 'live', title: 'Numbers of the open hour', doc: 'Counted while views come in.' },
  { name: 'dumps', title: 'Public dumps', doc: 'From Wikimedia’s files to a served API, by one command.' },
  { name: 'loading', title: 'Loading events', doc: 'From the event log into raw tables, each once.' },
  {
    name: 'mirror',
    title: 'Numbers from elsewhere',
    doc: 'From an API like AQS, and lists of public dumps.',
  },
  { name: 'refining', title: 'From requests to page views', doc: 'Hour by hour, by the definitions.' },
  {
    name: 'definitions',
    title: 'What the numbers mean',
    doc: 'Page views, agents, referers, devices, and which rule says so.',
  },
  { name: 'events', title: 'Counting edits', doc: 'Where the numbers about edits come from.' },
  { name: 'analysts', title: 'Tables for analysts', doc: 'The same tables by SQL.' },
  {
    name: 'corrections',
    title: 'Corrections',
    doc: 'What changed of served numbers, and answers as of earlier times.',
  },
  {
    name: 'machines',
    title: 'Found by machines',
    doc: 'JSON-LD, DCAT, Atom, a sitemap, and MCP for language models.',
  },
  { name: 'operations', title: 'Running Kraken', doc: 'Services, TLS, backups, upgrades, alerts.' },
  { name: 'scaling', title: 'More cores', doc: 'Several processes on one port, and rolling restarts.' },
  { name: 'cluster', title: 'Running a cluster', doc: 'From a laptop to HBase and Hive.' },
  { name: 'telemetry', title: 'Telemetry', doc: 'The metrics for Prometheus.' },
].filter(({ name }) => existsSync(`${FOLDER}${name}.md`));

/** Returns the address on our pages of a guide's link; undefined if there is none. */
function follow(target: string): string | undefined {
  if (/^https?:\/\//.test(target)) return target;
  const name = /^([a-z]+)\.md$/.exec(target)?.[1];
  if (name === 'metrics') return '/docs#metrics';
  return GUIDES.some((guide) => guide.name === name) ? `/docs/guides/${name as string}` : undefined;
}

/** Renders a guide as HTML. */
export function guideText({ name }: Guide): Html {
  return markdown(readFileSync(`${FOLDER}${name}.md`, 'utf8'), follow);
}
