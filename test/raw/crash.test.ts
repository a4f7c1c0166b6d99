import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../support/crash-plan.ts';
import { CrashThread } from '../support/crash-thread.ts';
import { eachSyncIsNeeded, oneCrash } from '../support/needed-syncs.ts';

/** More operations than it takes to recover and to begin. */
const RECOVERY = 30;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];
/** Every operation with every loss, and all pairs of crashes, are tried where KRAKEN_TEST_CRASHES is `all`. */
const ALL = process.env['KRAKEN_TEST_CRASHES'] === 'all';
const STEP = ALL ? 1 : RECOVERY;
/** How often luck is tried at each operation. */
const TRIES = ALL ? 5 : 1;

const thread = new CrashThread(new URL('./crash-run.js', import.meta.url));
after(() => thread.end());

/** @throws AssertionError that says how to run it once more */
async function hold(plans: readonly CrashPlan[]): Promise<void> {
  const failure = await thread.search('failure', plans);
  if (!failure) return;
  const command = `node dist/test/raw/repeat-crash.js ${textOfPlan(failure.plan)}`;
  throw new assert.AssertionError({ message: `${failure.error}\nTo repeat it: ${command}` });
}

void describe('the raw table after a crash of collector and loader', { timeout: 1_200_000 }, () => {
  void it('without any, each event is there once', () => hold([{ seed: 1, crashes: [] }]));

  void it('a crash at any operation loses and doubles nothing', async () => {
    const last = await thread.search('operations');
    const plans: CrashPlan[] = [];
    for (let at = 1; at <= last; at++) {
      for (const loss of ALL ? LOSSES : [LOSSES[at % 3] as Crash['loss']]) {
        const tries = loss === 'lucky' ? TRIES : 1;
        for (let seed = 0; seed < tries; seed++) plans.push({ seed, crashes: [{ at, loss }] });
      }
    }
    await hold(plans);
  });

  void it('nor does a second crash while the next process recovers', async () => {
    const last = await thread.search('operations');
    const plans: CrashPlan[] = [];
    for (let first = 1; first <= last; first++) {
      for (let second = 1 + ((first * 7) % STEP); second <= RECOVERY; second += STEP) {
        const seed = first * 1_000 + second;
        const losses = [LOSSES[seed % 3], LOSSES[Math.floor(seed / 3) % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        plans.push({ seed, crashes });
      }
    }
    await hold(plans);
  });
});

eachSyncIsNeeded('each sync of the loader is needed', thread, { folder: 'raw', frames: 4 }, oneCrash, {
  timeout: 1_200_000,
});
