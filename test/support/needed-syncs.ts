import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CrashPlan } from './crash-plan.ts';
import type { Run } from './model-disk.ts';

/** Runs processes by a plan, and throws if something is lost. Returns how many operations each process did. */
export type RunCrashes = (plan: CrashPlan, onSync?: Run['onSync']) => Promise<number[]>;

/** How many operations a process does that doesn't crash: the first, and one that finds what it left. */
export async function operationsOf(runCrashes: RunCrashes, seed: number): Promise<number> {
  return Math.max(...(await runCrashes({ seed, crashes: [{ at: Infinity, loss: 'bare' }] })));
}

/** The place of the source in a folder of src/ from which something is synced; undefined where it is another's. */
function syncSite(folder: string): string | undefined {
  const frames = (new Error().stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  if (!frames.some((frame) => frame.includes(`/src/${folder}/`))) return undefined;
  return frames
    .slice(0, 4)
    .map((line) => (/at (?:async )?(\S+)/.exec(line)?.[1] ?? line).replace(/^.*\//, ''))
    .join(' by ');
}

/** Tests that without any single sync of a folder's source some crash loses something. */
export function eachSyncIsNeeded(
  title: string,
  folder: string,
  runCrashes: RunCrashes,
  options: { readonly timeout: number },
): void {
  void describe(title, options, async () => {
    const sites = new Set<string>();
    await runCrashes({ seed: 1, crashes: [{ at: Infinity, loss: 'killed' }] }, () => {
      const site = syncSite(folder);
      if (site !== undefined) sites.add(site);
      return 'done';
    });
    void it('is told by its place', () => assert.ok(sites.size > 2, [...sites].join()));
    for (const site of sites) {
      void it(`without that of ${site} something is lost`, async () => {
        assert.ok(await losesWithout(site, folder, runCrashes), 'no crash has shown it');
      });
    }
  });
}

/** Operations from one try to the next: what a sync keeps can be lost for some while after it. */
const STRIDE = 11;

/** Whether any crash loses something when the syncs of one place do nothing. */
async function losesWithout(site: string, folder: string, runCrashes: RunCrashes): Promise<boolean> {
  const last = await operationsOf(runCrashes, 1);
  const all = Array.from({ length: last }, (_, index) => index + 1);
  // Spread out, as most are shown by many.
  for (const at of all.toSorted((a, b) => (a % STRIDE) - (b % STRIDE) || a - b)) {
    for (const loss of ['bare', 'lucky'] as const) {
      try {
        await runCrashes({ seed: at, crashes: [{ at, loss }] }, () =>
          syncSite(folder) === site ? 'skipped' : 'done',
        );
      } catch {
        return true;
      }
    }
  }
  return false;
}
