import { parseArgs } from 'node:util';

/** A crash: the operation of its process at which it happens, and what it leaves. */
export interface Crash {
  readonly at: number;
  /** `killed`: the system goes on and loses nothing; `bare`: power fails, and only what was synced is left; `lucky`: and some of the rest. */
  readonly loss: 'killed' | 'bare' | 'lucky';
}

/** What happens to processes that work one after the other on one disk. */
export interface CrashPlan {
  readonly seed: number;
  /** One process after the other crashes; the last one doesn't. */
  readonly crashes: readonly Crash[];
  /** The share of the syncs of the log's segments that fail, from 0 to 1. */
  readonly failing?: number;
}

/** Returns a plan as the arguments of a `repeat-crash.ts`. */
export function textOfPlan({ seed, crashes, failing }: CrashPlan): string {
  const options = failing === undefined ? [] : [`--failing ${failing}`];
  return [seed, ...crashes.map(({ at, loss }) => `${at}:${loss}`), ...options].join(' ');
}

/** Returns the plan of such arguments. */
export function planOf(args: string[]): CrashPlan {
  const options = { failing: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [seed, ...crashes] = positionals;
  return {
    seed: Number(seed),
    crashes: crashes.map((text) => {
      const [at, loss] = text.split(':');
      return { at: Number(at), loss: loss as Crash['loss'] };
    }),
    ...(values.failing !== undefined && { failing: Number(values.failing) }),
  };
}
