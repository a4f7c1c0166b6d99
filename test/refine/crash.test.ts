import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../support/crash-plan.ts';
import { eachSyncIsNeeded, operationsOf } from '../support/needed-syncs.ts';
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

void describe('the table of views after a crash', { timeout: 600_000 }, () => {
  void it('without any, is as it should be', () => holds({ seed: 1, crashes: [] }));

  void it('a crash at any operation changes nothing in the end', async (context) => {
    const last = await operationsOf(runCrashes, 1);
    context.diagnostic(`${last} operations`);
    for (let at = 1; at <= last; at++) {
      for (const loss of ALL ? LOSSES : [LOSSES[at % 3] as Crash['loss']])
        await holds({ seed: at, crashes: [{ at, loss }] });
    }
  });

  void it('nor does a second crash while the next process recovers', async () => {
    const last = await operationsOf(runCrashes, 1);
    for (let first = 1; first <= last; first++) {
      for (let second = 1 + ((first * 7) % RECOVERY); second <= RECOVERY; second += ALL ? 1 : RECOVERY) {
        const losses = [LOSSES[first % 3], LOSSES[second % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        await holds({ seed: first * 1_000 + second, crashes });
      }
    }
  });
});

eachSyncIsNeeded('each sync of refining is needed', 'refine', runCrashes, { timeout: 600_000 });
