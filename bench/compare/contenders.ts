import type { Program } from '../measure/program.ts';
import { jsonOf } from './bodies.ts';
import {
  cold,
  coldRows,
  FIRST_MONTH,
  hot,
  newVariables,
  type Request,
  type Requests,
  sameOperation,
  warming,
  YEAR,
} from './questions.ts';
import {
  keepAnswer,
  type Setup,
  startApollo,
  startDatasette,
  startFinished,
  startGo,
  startKraken,
  startLmdb,
  startMercurius,
  UNCACHED,
  WORKERS,
} from './servers.ts';

/** The servers of a run. Each is started once, for all that it answers. */
export type ServerName = keyof typeof STARTS;

/** One line of the table: a server, and what it is asked. */
export interface Contender {
  readonly name: string;
  readonly server: ServerName;
  /** @param articles how many articles there are */
  readonly requests: (articles: number) => Requests;
  /** The same questions, as the gateway reads them: its answers must be the same. `requests` if there are none. */
  readonly expected?: (articles: number) => Requests;
  /** 200 if there is none. */
  readonly status?: number;
  /** How many processes answer; each has to compile its code. 1 if there is none. */
  readonly processes?: number;
}

const GRAPHQL = '/graphql';
const LIMIT = { month: 'month', year: 'year', operation: 'operation' } as const;

/** How each server starts. The gateway is there first: the others send its headers. */
export const STARTS = {
  kraken: (setup: Setup) => startKraken(setup),
  uncached: (setup: Setup) => startKraken(setup, UNCACHED),
  workers: (setup: Setup) => startKraken(setup, WORKERS),
  uncachedWorkers: (setup: Setup) => startKraken(setup, [...UNCACHED, ...WORKERS]),
  bareMonth: (setup: Setup) => startFinished(setup, 'bare', LIMIT.month),
  bareYear: (setup: Setup) => startFinished(setup, 'bare', LIMIT.year),
  bareOperation: (setup: Setup) => startFinished(setup, 'bare', LIMIT.operation),
  fastify: (setup: Setup) => startFinished(setup, 'fastify', LIMIT.month),
  lmdb: (setup: Setup) => startLmdb(setup, LIMIT.month),
  go: (setup: Setup) => startGo(setup, LIMIT.month),
  apollo: (setup: Setup) => startApollo(setup),
  mercurius: (setup: Setup) => startMercurius(setup),
  datasette: (setup: Setup) => startDatasette(setup),
} satisfies Record<string, (setup: Setup) => Promise<Program>>;

const oneMonth = (): Requests => hot;
const oneYear = (): Requests => cold(YEAR, 1);
const anyMonth = (articles: number): Requests => cold(FIRST_MONTH, articles);
const anyYear = (articles: number): Requests => cold(YEAR, articles);
const oneOperation = (): Requests => sameOperation(GRAPHQL);
const anyOperation = (articles: number): Requests => newVariables(GRAPHQL, articles);

export const CONTENDERS: readonly Contender[] = [
  { name: 'limit: node:http, finished answer, 31 points', server: 'bareMonth', requests: oneMonth },
  { name: 'fastify, finished answer, 31 points', server: 'fastify', requests: oneMonth },
  { name: 'hit, 31 points', server: 'kraken', requests: oneMonth },
  { name: 'hit, 31 points, two workers', server: 'workers', requests: oneMonth, processes: 2 },
  { name: '304, 31 points', server: 'kraken', requests: oneMonth, status: 304 },
  { name: 'LMDB, finished answers, 31 points', server: 'lmdb', requests: anyMonth },
  { name: 'cold, 31 points', server: 'uncached', requests: anyMonth },
  { name: 'cold, 31 points, two workers', server: 'uncachedWorkers', requests: anyMonth, processes: 2 },
  { name: 'Go encoder, 31 points', server: 'go', requests: anyMonth },
  { name: 'limit: node:http, finished answer, 365 points', server: 'bareYear', requests: oneYear },
  { name: 'cold, 365 points', server: 'uncached', requests: anyYear },
  { name: 'Go encoder, 365 points', server: 'go', requests: anyYear },
  {
    name: 'datasette over SQLite, 365 points',
    server: 'datasette',
    requests: (articles) => coldRows(YEAR, articles),
    expected: anyYear,
  },
  { name: 'limit: node:http, finished GraphQL answer', server: 'bareOperation', requests: oneOperation },
  { name: 'GraphQL, hit', server: 'kraken', requests: oneOperation },
  { name: 'GraphQL, new variables', server: 'kraken', requests: anyOperation },
  { name: 'mercurius with jit, ready rows', server: 'mercurius', requests: anyOperation },
  { name: 'Apollo Server, ready rows', server: 'apollo', requests: anyOperation },
];

/** Warms the cells of GraphQL, and keeps the finished answers that other servers send. */
export async function keepAnswers(setup: Setup, kraken: Program, articles: number): Promise<void> {
  for (const request of warming(GRAPHQL, articles)) await jsonOf(kraken, request);
  const kept: readonly [string, Request][] = [
    [LIMIT.month, hot(0)],
    [LIMIT.year, oneYear()(0)],
    [LIMIT.operation, sameOperation(GRAPHQL)(0)],
  ];
  for (const [name, request] of kept) {
    // The second one is a hit, which says so in its headers.
    await keepAnswer(setup, name, kraken, request);
    await keepAnswer(setup, name, kraken, request);
  }
}
