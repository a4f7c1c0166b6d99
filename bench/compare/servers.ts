import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, startProgram, type Program } from '../measure/program.ts';
import { writeArticleDays } from '../generated-articles.ts';
import type { FinishedAnswer } from '../servers/finished-answer.ts';
import { bytesOf, DAYS, type Request } from './questions.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
/** Sources that aren't compiled with Kraken. */
const PEERS = fileURLToPath(new URL('../../../bench/peers/', import.meta.url));
const SCHEMA = join(PEERS, 'series.graphql');

/** Where peers are that were installed for the bench. */
export const INSTALLED = fileURLToPath(new URL('../../../data/bench/', import.meta.url));

/** What all servers of a run share. */
export interface Setup {
  /** Temporary: rows, data, and finished answers. */
  readonly folder: string;
  readonly isPinned: boolean;
}

/** A server can't take part. The message says why. */
export class Missing extends Error {}

const rowsOf = ({ folder }: Setup): string => join(folder, 'rows.ndjson');
const dataOf = ({ folder }: Setup): string => join(folder, 'data');

/** Writes the rows, and imports them into Kraken. @returns the number of rows */
export async function prepare(setup: Setup, articles: number): Promise<number> {
  const rows = await writeArticleDays(rowsOf(setup), articles, DAYS);
  run([process.execPath, CLI, 'import', 'pageviews-per-article', rowsOf(setup), '--data', dataOf(setup)]);
  return rows;
}

/** Has a gateway answer a request, and keeps the answer as `NAME.json` for the servers that send it finished. */
export async function keepAnswer(
  { folder }: Setup,
  name: string,
  { origin }: Program,
  { path, body }: Request,
): Promise<void> {
  const answer = await fetch(origin + path, {
    headers: {
      'accept-encoding': 'identity',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { method: 'POST', body }),
  });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const headers = [...answer.headers].filter(
    ([header]) => !['date', 'connection', 'keep-alive'].includes(header),
  );
  const finished: FinishedAnswer = { headers: headers.flat(), body: await answer.text() };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(finished));
}

const node = (script: string): readonly string[] => [
  process.execPath,
  fileURLToPath(new URL(`../servers/${script}.js`, import.meta.url)),
];

export function startKraken(setup: Setup, flags: readonly string[] = []): Promise<Program> {
  const command = [CLI, 'serve', '--port', '0', '--admin-port', 'off', '--data', dataOf(setup), ...flags];
  return startProgram([process.execPath, ...command], setup);
}

export const UNCACHED = ['--cell-cache-mb', '0', '--answer-cache-mb', '0'] as const;

/** Their CPU is that of all their processes. */
export const WORKERS = ['--workers', '2'] as const;

/** Starts node:http, or fastify, with an answer that `keepAnswer` has kept. */
export function startFinished(setup: Setup, server: 'bare' | 'fastify', answer: string): Promise<Program> {
  return startProgram([...node(server), join(setup.folder, `${answer}.json`)], setup);
}

export function startLmdb(setup: Setup, answer: string): Promise<Program> {
  const { folder } = setup;
  const files = [join(folder, `${answer}.json`), rowsOf(setup), join(folder, 'answers.mdb')];
  return startProgram([...node('lmdb'), ...files], setup);
}

export function startApollo(setup: Setup): Promise<Program> {
  return startProgram([...node('apollo'), rowsOf(setup), SCHEMA], setup);
}

/** Compiles and starts the encoder in Go. @throws Missing */
export function startGo(setup: Setup, answer: string): Promise<Program> {
  if (spawnSync('go', ['version']).status !== 0) throw new Missing('there is no Go');
  const { folder } = setup;
  const program = join(folder, 'encoder');
  run(['go', 'build', '-o', program, '.'], join(PEERS, 'encoder'));
  return startProgram([program, rowsOf(setup), join(folder, `${answer}.json`)], setup);
}

const NOT_INSTALLED = 'it is not installed; npm run bench -- --install does so';

/** @throws Missing */
export function startMercurius(setup: Setup): Promise<Program> {
  const folder = join(INSTALLED, 'mercurius');
  if (!existsSync(join(folder, 'node_modules', 'mercurius'))) throw new Missing(NOT_INSTALLED);
  copyFileSync(join(PEERS, 'mercurius', 'server.mjs'), join(folder, 'server.mjs'));
  return startProgram([process.execPath, join(folder, 'server.mjs'), rowsOf(setup), SCHEMA], setup);
}

/** @throws Missing */
export function startDatasette(setup: Setup): Promise<Program> {
  const bin = join(INSTALLED, 'datasette', 'bin');
  if (!existsSync(join(bin, 'datasette'))) throw new Missing(NOT_INSTALLED);
  const database = join(setup.folder, 'rows.db');
  run([join(bin, 'python'), join(PEERS, 'datasette', 'rows.py'), rowsOf(setup), database]);
  // Its limit of a second would refuse questions on a busy machine.
  const patient = ['--setting', 'sql_time_limit_ms', '60000'];
  return startProgram([join(bin, 'datasette'), 'serve', database, '--port', '0', ...patient], setup);
}

/** Installs the peers that Kraken doesn't depend on, in the versions that their files name. */
export function install(): void {
  const mercurius = join(INSTALLED, 'mercurius');
  mkdirSync(mercurius, { recursive: true });
  copyFileSync(join(PEERS, 'mercurius', 'package.json'), join(mercurius, 'package.json'));
  run(['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock'], mercurius);
  const datasette = join(INSTALLED, 'datasette');
  run([process.env['PYTHON'] ?? 'python3', '-m', 'venv', datasette]);
  const requirements = join(PEERS, 'datasette', 'requirements.txt');
  run([join(datasette, 'bin', 'pip'), 'install', '--quiet', '-r', requirements]);
}

/** How a request is sent to a server. */
export function sentTo({ origin }: Program): (request: Request) => Buffer {
  const { host } = new URL(origin);
  return (request) => bytesOf(request, host);
}
