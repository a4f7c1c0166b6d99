import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLI } from './steps.ts';

/** A gateway, as a process of its own. */
export interface Gateway {
  /** Its base URL, without a slash at the end. */
  readonly api: string;
  readonly end: () => Promise<void>;
}

/** @throws Error if it ends before it serves */
export async function startGateway(places: readonly string[]): Promise<Gateway> {
  const args = ['serve', '--port', '0', '--admin-port', 'off', '--log-format', 'json', ...places];
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  const ended = once(child, 'exit').then(() => undefined);
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  for (;;) {
    const line = /^.*"msg":"serving".*$/m.exec(text)?.[0];
    if (line !== undefined) return { api: (JSON.parse(line) as { api: string }).api, end };
    if (!(await Promise.race([once(child.stdout, 'data'), ended]))) throw new Error('the gateway ended');
  }
}

/** A row; null is a number that nobody can know. */
type Row = Readonly<Record<string, string | number | null>>;

/** What was asked and how many answers were others than expected. */
export interface Asked {
  readonly metric: string;
  readonly questions: number;
  readonly numbers: number;
  readonly different: number;
  readonly examples: readonly string[];
}

/** A path to ask, and the numbers that its answer has, each by its place in it. */
interface Question {
  readonly path: string;
  readonly numbers: Map<string, number | null>;
}

interface AskedMetric {
  readonly metric: string;
  /** The path of a number's question. @param range first and last day, as YYYYMMDDHH */
  readonly path: (row: Row, range: readonly [string, string]) => string;
  readonly measures: readonly string[];
}

const part = (row: Row, name: string): string => encodeURIComponent(String(row[name]));

const ASKED: readonly AskedMetric[] = [
  {
    metric: 'pageviews-per-article',
    path: (row, [first, last]) =>
      `/metrics/pageviews/per-article/${part(row, 'project')}/${part(row, 'access')}/${part(row, 'agent')}/${part(row, 'article')}/daily/${first}/${last}`,
    measures: ['views'],
  },
  {
    metric: 'pageviews-aggregate',
    path: (row, [first, last]) =>
      `/metrics/pageviews/aggregate/${part(row, 'project')}/${part(row, 'access')}/${part(row, 'agent')}/${part(row, 'granularity')}/${
        row['granularity'] === 'monthly' ? `${monthOf(first)}/${lastDayOf(first)}` : `${first}/${last}`
      }`,
    measures: ['views'],
  },
  {
    metric: 'pageviews-top',
    path: (row) =>
      `/metrics/pageviews/top/${part(row, 'project')}/${part(row, 'access')}/${row['year']}/${row['month']}/${row['day']}`,
    measures: ['views', 'rank'],
  },
  {
    metric: 'unique-devices',
    path: (row, [first, last]) =>
      `/metrics/unique-devices/${part(row, 'project')}/${part(row, 'access-site')}/${part(row, 'granularity')}/${
        row['granularity'] === 'monthly'
          ? `${monthOf(first).slice(0, 8)}/${lastDayOf(first).slice(0, 8)}`
          : `${first.slice(0, 8)}/${last.slice(0, 8)}`
      }`,
    measures: ['devices', 'offset', 'underestimate'],
  },
];

const monthOf = (stamp: string): string => `${stamp.slice(0, 6)}0100`;

/** The last day of the month: with the first one of the next month that would be asked for, too, once it is over. */
function lastDayOf(stamp: string): string {
  const last = new Date(Date.UTC(Number(stamp.slice(0, 4)), Number(stamp.slice(4, 6)), 0));
  return `${last.toISOString().slice(0, 10).replaceAll('-', '')}00`;
}

/**
 * Asks a gateway for the numbers of a count, and compares its answers.
 * @param counted the folder that count.py wrote
 * @param most how many questions are asked of a metric at most: evenly spread ones
 * @param range the day and the next one, as YYYYMMDDHH
 */
export async function askDay(
  api: string,
  counted: string,
  most: number,
  range: readonly [string, string],
): Promise<Asked[]> {
  const all: Asked[] = [];
  for (const asked of ASKED) all.push(await askMetric(api, counted, asked, most, range));
  return all;
}

async function askMetric(
  api: string,
  counted: string,
  { metric, path, measures }: AskedMetric,
  most: number,
  range: readonly [string, string],
): Promise<Asked> {
  const file = join(counted, `${metric}.ndjson`);
  const paths = new Set<string>();
  for await (const row of rowsOf(file)) if (isClosed(row, range)) paths.add(path(row, range));
  const every = Math.max(1, Math.ceil(paths.size / most));
  const chosen = new Map(
    [...paths]
      .filter((_, place) => place % every === 0)
      .map((text): [string, Question] => [text, { path: text, numbers: new Map() }]),
  );
  for await (const row of rowsOf(file)) {
    const numbers = chosen.get(path(row, range))?.numbers;
    if (!numbers || !isClosed(row, range)) continue;
    for (const measure of measures) numbers.set(placeOf(row, measure), numberOf(row[measure]));
  }
  const questions = [...chosen.values()];
  const examples: string[] = [];
  let [numbers, different] = [0, 0];
  const ask = async (): Promise<void> => {
    for (let question = questions.pop(); question; question = questions.pop()) {
      const found = await answer(`${api}${question.path}`, measures);
      for (const place of new Set([...question.numbers.keys(), ...found.keys()])) {
        numbers++;
        const [expected, actual] = [question.numbers.get(place), found.get(place)];
        if (expected === actual) continue;
        different++;
        if (examples.length < 10)
          examples.push(`${question.path} ${place}: ${expected} expected, ${actual} answered`);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  return { metric, questions: chosen.size, numbers, different, examples };
}

/** Months that begin in the range's second day aren't asked for. */
function isClosed(row: Row, [first]: readonly [string, string]): boolean {
  const isMonthly = row['granularity'] === 'monthly' || row['day'] === 'all-days';
  const month =
    row['year'] === undefined ? String(row['timestamp']).slice(0, 6) : `${row['year']}${row['month']}`;
  return !isMonthly || month === first.slice(0, 6);
}

const numberOf = (value: Row[string] | undefined): number | null => (value === null ? null : Number(value));

/** Where a number stands in an answer: its time or its article. */
function placeOf(row: Row, measure: string): string {
  return `${row['article'] !== undefined && row['timestamp'] === undefined ? row['article'] : row['timestamp']} ${measure}`;
}

async function answer(url: string, measures: readonly string[]): Promise<Map<string, number | null>> {
  for (;;) {
    const response = await fetch(url);
    // A busy machine turns requests away; they are made again.
    if (response.status === 429 || response.status === 503) {
      await response.arrayBuffer();
      continue;
    }
    if (response.status === 404) {
      await response.arrayBuffer();
      return new Map();
    }
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    const { items } = (await response.json()) as { items: readonly (Row & { articles?: readonly Row[] })[] };
    const rows = items.flatMap((item): readonly Row[] => item.articles ?? [item]);
    // A series fills no gaps: what isn't there is no number.
    return new Map(
      rows.flatMap((row) =>
        measures.map((measure) => [placeOf(row, measure), numberOf(row[measure])] as const),
      ),
    );
  }
}

async function* rowsOf(file: string): AsyncGenerator<Row> {
  for await (const line of createInterface(createReadStream(file))) yield JSON.parse(line) as Row;
}

export function askedLines(all: readonly Asked[]): string[] {
  return all.flatMap(({ metric, questions, numbers, different, examples }) => [
    `${metric}: ${questions} questions, ${numbers} numbers answered, ${different} different`,
    ...examples.map((example) => `  ${example}`),
  ]);
}
