import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../support/crash-plan.ts';
import { CrashThread } from '../support/crash-thread.ts';
import { eachSyncIsNeeded, oneCrash } from '../support/needed-syncs.ts';

/** More operations than it takes to recover and to begin. */
const RECOVERY = 30;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];
/** Every operation with every loss is tried where KRAKEN_TEST_CRASHES is `all`. */
const ALL = process.env['KRAKEN_TEST_CRASHES'] === 'all';

const thread = new CrashThread(new URL('./crash-run.js', import.meta.url));
after(() => thread.end());

/** @throws AssertionError that names the plan */
async function hold(plans: readonly CrashPlan[]): Promise<void> {
  const failure = await thread.search('failure', plans);
  if (!failure) return;
  throw new assert.AssertionError({ message: `${failure.error}\nThe plan: ${textOfPlan(failure.plan)}` });
}

void describe('the table of views after a crash', { timeout: 600_000 }, () => {
  void it('without any, is as it should be', () => hold([{ seed: 1, crashes: [] }]));

  void it('a crash at any operation changes nothing in the end', async (context) => {
    const last = await thread.search('operations');
    context.diagnostic(`${last} operations`);
    const plans: CrashPlan[] = [];
    for (let at = 1; at <= last; at++) {
      for (const loss of ALL ? LOSSES : [LOSSES[at % 3] as Crash['loss']])
        plans.push({ seed: at, crashes: [{ at, loss }] });
    }
    await hold(plans);
  });

  void it('nor does a second crash while the next process recovers', async () => {
    const last = await thread.search('operations');
    const plans: CrashPlan[] = [];
    for (let first = 1; first <= last; first++) {
      for (let second = 1 + ((first * 7) % RECOVERY); second <= RECOVERY; second += ALL ? 1 : RECOVERY) {
        const losses = [LOSSES[first % 3], LOSSES[second % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        plans.push({ seed: first * 1_000 + second, crashes });
      }
    }
    await hold(plans);
  });
});

eachSyncIsNeeded('each sync of refining is needed', thread, { folder: 'refine', frames: 4 }, oneCrash, {
  timeout: 600_000,
});
