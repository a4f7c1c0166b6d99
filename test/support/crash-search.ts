import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { CrashPlan } from './crash-plan.ts';
import type { Run } from './model-disk.ts';

/* The thread of `crash-thread.ts`. */

/** Runs processes by a plan, and throws if something is lost. Returns how many operations each process did. */
export type RunCrashes = (plan: CrashPlan, onSync?: Run['onSync']) => Promise<number[]>;

/** What tells one place of the source from which something is synced from another. */
export interface SyncPlaces {
  /** The folder of src/ whose places they are. */
  readonly folder: string;
  /** How many frames of the stack name one: where `sync` is called, by whom, and so on. */
  readonly frames: number;
}

/** What is searched, and what is found. */
export interface Searches {
  /** How many operations a process does that doesn't crash: the first, and one that finds what it left. */
  operations(): Promise<number>;
  /** Runs plans until one fails. */
  failure(plans: readonly CrashPlan[]): Promise<{ plan: CrashPlan; error: string } | undefined>;
  /** The places from which something is synced in any of the plans. */
  syncs(plans: readonly CrashPlan[], places: SyncPlaces): Promise<string[]>;
  /** Whether any plan fails when the syncs of one place do nothing. */
  losesWithout(place: string, plans: readonly CrashPlan[], places: SyncPlaces): Promise<boolean>;
}

/** A message to this thread: a search, and where its answer goes. */
export interface Search {
  readonly name: keyof Searches;
  readonly args: readonly unknown[];
  readonly port: MessagePort;
}

export type Found<What> = { readonly found: What } | { readonly error: unknown };

const { runCrashes } = (await import(workerData as string)) as { runCrashes: RunCrashes };

const searches: Searches = {
  async operations() {
    return Math.max(...(await runCrashes({ seed: 1, crashes: [{ at: Infinity, loss: 'bare' }] })));
  },

  async failure(plans) {
    for (const plan of plans) {
      try {
        await runCrashes(plan);
      } catch (error) {
        return { plan, error: String(error) };
      }
    }
    return undefined;
  },

  async syncs(plans, places) {
    const found = new Set<string>();
    for (const plan of plans)
      await runCrashes(plan, () => {
        const place = syncPlace(places);
        if (place !== undefined) found.add(place);
        return 'done';
      });
    return [...found];
  },

  async losesWithout(place, plans, places) {
    for (const plan of plans) {
      try {
        await runCrashes(plan, () => (syncPlace(places) === place ? 'skipped' : 'done'));
      } catch {
        return true;
      }
    }
    return false;
  },
};

// One after the other: they are repeatable by their seeds.
let before: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ name, args, port }: Search) => {
  const search = searches[name] as (...given: readonly unknown[]) => Promise<unknown>;
  before = before
    .then(() => search(...args))
    .then(
      (found): Found<unknown> => ({ found }),
      (error: unknown): Found<unknown> => ({ error }),
    )
    .then((answer) => port.postMessage(answer));
});

/** The place of the source from which something is synced; undefined where it is another folder's. */
function syncPlace({ folder, frames }: SyncPlaces): string | undefined {
  const stack = (new Error().stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  if (!stack.some((frame) => frame.includes(`/src/${folder}/`))) return undefined;
  return stack
    .slice(0, frames)
    .map((line) => (/at (?:async )?(\S+)/.exec(line)?.[1] ?? line).replace(/^.*\//, ''))
    .join(' by ');
}
