import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CrashPlan } from './crash-plan.ts';
import type { SyncPlaces } from './crash-search.ts';
import type { CrashThread } from './crash-thread.ts';

/** Operations from one try to the next: what a sync keeps can be lost for some while after it. */
const STRIDE = 11;

/** Spreads plans out, as what one shows is shown by many that are like it. */
function spread(plans: readonly CrashPlan[]): CrashPlan[] {
  const at = (nth: number): number => nth % STRIDE;
  return [...plans.entries()].toSorted(([a], [b]) => at(a) - at(b) || a - b).map(([, plan]) => plan);
}

/** Plans of one crash at each operation. */
export function oneCrash(operations: number): Readonly<Record<'syncing' | 'losing', readonly CrashPlan[]>> {
  return {
    syncing: [{ seed: 1, crashes: [{ at: Infinity, loss: 'killed' }] }],
    losing: Array.from({ length: operations }, (_, index) => index + 1).flatMap((at) =>
      (['bare', 'lucky'] as const).map((loss) => ({ seed: at, crashes: [{ at, loss }] })),
    ),
  };
}

/**
 * Tests that without any single sync of a folder's source some crash loses something.
 * @param plans of the number of operations: those in which there are syncs, and those that may lose something
 */
export function eachSyncIsNeeded(
  title: string,
  thread: CrashThread,
  places: SyncPlaces,
  plans: (operations: number) => Readonly<Record<'syncing' | 'losing', readonly CrashPlan[]>>,
  options: { readonly timeout: number },
): void {
  void describe(title, options, async () => {
    const { syncing, losing } = plans(await thread.search('operations'));
    const found = await thread.search('syncs', syncing, places);
    void it('is told by its place', () => assert.ok(found.length > 2, found.join()));
    for (const place of found) {
      void it(`without that of ${place} something is lost`, async () => {
        const isLost = await thread.search('losesWithout', place, spread(losing), places);
        assert.ok(isLost, 'no crash has shown it');
      });
    }
  });
}
