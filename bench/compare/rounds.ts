import { cpuUsOf } from '../measure/cpu.ts';
import { load } from '../measure/http-load.ts';
import type { Program } from '../measure/program.ts';
import type { Contender } from './contenders.ts';
import type { Requests } from './questions.ts';
import { sentTo } from './servers.ts';

/** A contender whose server runs. */
export interface Running {
  readonly contender: Contender;
  readonly program: Program;
  /** Headers that its requests have besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a contender took in one round. */
export interface Took {
  /** CPU time of the server for a request, in µs. */
  readonly cpuUs: number;
  /** Requests a second. */
  readonly rate: number;
  /** The time of an answer, in ms. */
  readonly p50: number;
  readonly p99: number;
}

export interface Rounds {
  readonly rounds: number;
  /** How long a contender is asked in each round: seconds, or a number of requests. */
  readonly length: { readonly seconds: number } | { readonly requests: number };
  readonly articles: number;
  /** @param took what each contender took in the round, by its name */
  readonly onRound: (round: number, took: ReadonlyMap<string, Took>) => void;
}

const CONNECTIONS = 16;
/** How many requests a process is asked until its code is compiled. */
const WARM_UP = 3000;

/** Asks all contenders in turns. @returns what each took, by round @throws Error if an answer has another status */
export async function runRounds(running: readonly Running[], options: Rounds): Promise<Took[][]> {
  const { rounds, length, articles, onRound } = options;
  const askers = running.map((one) => asker(one, articles));
  const took: Took[][] = running.map(() => []);
  for (const [i, ask] of askers.entries())
    await ask({ requests: WARM_UP * (running[i]?.contender.processes ?? 1) });
  for (let round = 0; round < rounds; round++) {
    const turn = [...askers.entries()];
    // The order turns about, so that none is always asked after the same other.
    for (const [i, ask] of round % 2 === 0 ? turn : turn.reverse()) took[i]?.push(await ask(length));
    onRound(round, new Map(running.map(({ contender }, i) => [contender.name, took[i]?.at(-1) as Took])));
  }
  return took;
}

/** Asks a contender, each time for what follows the last request. */
function asker(
  { contender, program, headers }: Running,
  articles: number,
): (length: Rounds['length']) => Promise<Took> {
  const { name, status = 200 } = contender;
  const requests: Requests = contender.requests(articles);
  const send = sentTo(program);
  let n = 0;
  const next = (): Buffer => {
    const request = requests(n++);
    return send(headers ? { ...request, headers } : request);
  };
  return async (length) => {
    const before = cpuUsOf(program.pid);
    const { answers, refused, rate, p50, p99 } = await load({
      origin: program.origin,
      next,
      connections: CONNECTIONS,
      isGood: (found) => found === status,
      ...length,
    });
    if (refused > 0) throw new Error(`${name}: ${refused} of ${refused + answers} answers weren't ${status}`);
    return { cpuUs: (cpuUsOf(program.pid) - before) / answers, rate, p50, p99 };
  };
}
