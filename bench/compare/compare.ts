import type { Program } from '../measure/program.ts';
import { checkSame, jsonOf } from './bodies.ts';
import { type Contender, keepAnswers, type ServerName, STARTS } from './contenders.ts';
import { hot } from './questions.ts';
import { type Rounds, runRounds, type Running, type Took } from './rounds.ts';
import { Missing, prepare, type Setup } from './servers.ts';

export interface Comparison extends Rounds {
  readonly setup: Setup;
  readonly onSkipped: (name: string, why: string) => void;
}

/** What a comparison found. */
export interface Compared {
  readonly rows: number;
  /** What each contender took, by its name and by round. */
  readonly took: ReadonlyMap<string, readonly Took[]>;
  /** Why contenders didn't take part, by their names. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** How many answers of each contender are compared with Kraken's. */
const COMPARED = 20;

/** Starts all servers, checks that they answer the same, and asks them in turns. */
export async function compare(contenders: readonly Contender[], options: Comparison): Promise<Compared> {
  const { setup, articles, onSkipped } = options;
  const rows = await prepare(setup, articles);
  const started = new Map<ServerName, Program | Missing>();
  const start = async (name: ServerName): Promise<Program | Missing> => {
    const known = started.get(name);
    if (known) return known;
    const program = await STARTS[name](setup).catch((error: unknown) => {
      if (error instanceof Missing) return error;
      throw error;
    });
    started.set(name, program);
    return program;
  };
  try {
    const kraken = await start('kraken');
    if (kraken instanceof Missing) throw kraken;
    await keepAnswers(setup, kraken, articles);
    const running: Running[] = [];
    const skipped: Record<string, string> = {};
    for (const contender of contenders) {
      const program = await start(contender.server);
      if (program instanceof Missing) {
        skipped[contender.name] = program.message;
        onSkipped(contender.name, program.message);
        continue;
      }
      if (contender.status !== 304) await checkAnswers(contender, program, kraken, articles);
      running.push({ contender, program, ...(contender.status === 304 && (await conditional(kraken))) });
    }
    const all = await runRounds(running, options);
    return {
      rows,
      took: new Map(running.map(({ contender }, i) => [contender.name, all[i] ?? []])),
      skipped,
    };
  } finally {
    for (const program of started.values()) if (!(program instanceof Missing)) await program.end();
  }
}

/** Compares answers of a contender with those of the gateway. @throws Error if they differ */
async function checkAnswers(
  contender: Contender,
  program: Program,
  kraken: Program,
  articles: number,
): Promise<void> {
  const own = contender.requests(articles);
  const expected = (contender.expected ?? contender.requests)(articles);
  for (let n = 0; n < COMPARED; n++)
    checkSame(contender.name, await jsonOf(program, own(n)), await jsonOf(kraken, expected(n)));
}

/** The header of a request whose answer the client has already. */
async function conditional({ origin }: Program): Promise<Pick<Running, 'headers'>> {
  const answer = await fetch(origin + hot(0).path, { headers: { 'accept-encoding': 'identity' } });
  await answer.arrayBuffer();
  return { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } };
}
