import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../support/crash-plan.ts';
import { runCrashes } from './crash-run.ts';

/** More operations than it takes to recover and to begin. */
const RECOVERY = 30;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];
/** Every operation with every loss is tried where KRAKEN_TEST_CRASHES is `all`. */
const ALL = process.env['KRAKEN_TEST_CRASHES'] === 'all';

/** @throws AssertionError that names the plan */
async function holds(plan: CrashPlan): Promise<void> {
  try {
    await runCrashes(plan);
  } catch (cause) {
    throw new assert.AssertionError({ message: `${String(cause)}\nThe plan: ${textOfPlan(plan)}` });
  }
}

async function operationsOf(seed: number): Promise<number> {
  return Math.max(...(await runCrashes({ seed, crashes: [{ at: Infinity, loss: 'bare' }] })));
}

void describe('the table of views after a crash', { timeout: 600_000 }, () => {
  void it('without any, is as it should be', () => holds({ seed: 1, crashes: [] }));

  void it('a crash at any operation changes nothing in the end', async (context) => {
    const last = await operationsOf(1);
    context.diagnostic(`${last} operations`);
    for (let at = 1; at <= last; at++) {
      for (const loss of ALL ? LOSSES : [LOSSES[at % 3] as Crash['loss']])
        await holds({ seed: at, crashes: [{ at, loss }] });
    }
  });

  void it('nor does a second crash while the next process recovers', async () => {
    const last = await operationsOf(1);
    for (let first = 1; first <= last; first++) {
      for (let second = 1 + ((first * 7) % RECOVERY); second <= RECOVERY; second += ALL ? 1 : RECOVERY) {
        const losses = [LOSSES[first % 3], LOSSES[second % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        await holds({ seed: first * 1_000 + second, crashes });
      }
    }
  });
});

/** The place of the source from which something is synced; undefined if it isn't refine's. */
function syncSite(): string | undefined {
  const frames = (new Error().stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  if (!frames.some((frame) => frame.includes('/src/refine/'))) return undefined;
  return frames
    .slice(0, 4)
    .map((line) => (/at (?:async )?(\S+)/.exec(line)?.[1] ?? line).replace(/^.*\//, ''))
    .join(' by ');
}

void describe('each sync of refining is needed', { timeout: 600_000 }, async () => {
  const sites = new Set<string>();
  await runCrashes({ seed: 1, crashes: [{ at: Infinity, loss: 'killed' }] }, () => {
    const site = syncSite();
    if (site !== undefined) sites.add(site);
    return 'done';
  });
  void it('is told by its place', () => assert.ok(sites.size > 2, [...sites].join()));
  for (const site of sites) {
    void it(`without that of ${site} something is lost`, async () => {
      assert.ok(await losesWithout(site), 'no crash has shown it');
    });
  }
});

/** Whether any crash loses something when the syncs of one place do nothing. */
async function losesWithout(site: string): Promise<boolean> {
  const last = await operationsOf(1);
  for (let at = 1; at <= last; at++) {
    for (const loss of ['bare', 'lucky'] as const) {
      try {
        await runCrashes({ seed: at, crashes: [{ at, loss }] }, () =>
          syncSite() === site ? 'skipped' : 'done',
        );
      } catch {
        return true;
      }
    }
  }
  return false;
}
