import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../../support/crash-plan.ts';
import { CrashThread } from '../../support/crash-thread.ts';
import { eachSyncIsNeeded } from '../../support/needed-syncs.ts';

/** More operations than recovery has, and the first trimming and appending after it. */
const RECOVERY = 25;
/** How many processes run on a disk that fails at times, two after the other. */
const FAILING_RUNS = 300;
/** How often the `lucky` loss is tried at each operation. */
const TRIES = 5;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];

const thread = new CrashThread(new URL('./crash-run.js', import.meta.url));
after(() => thread.end());

/** @throws AssertionError that says how to run it once more */
async function hold(plans: readonly CrashPlan[]): Promise<void> {
  const failure = await thread.search('failure', plans);
  if (!failure) return;
  const command = `node dist/test/log/files/repeat-crash.js ${textOfPlan(failure.plan)}`;
  throw new assert.AssertionError({ message: `${failure.error}\nTo repeat it: ${command}` });
}

/** 1 to the last. */
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

void describe('the embedded event log after a crash', { timeout: 1_200_000 }, () => {
  void it('a crash at any operation loses and doubles nothing', async () => {
    const tries = LOSSES.flatMap((loss) =>
      Array.from({ length: loss === 'lucky' ? TRIES : 1 }, (_, seed) => ({ seed, loss })),
    );
    const operations = upTo(await thread.search('operations'));
    await hold(
      operations.flatMap((at) => tries.map(({ seed, loss }) => ({ seed, crashes: [{ at, loss }] }))),
    );
  });

  void it('nor does a second crash while the next process recovers and begins', async () => {
    const operations = upTo(await thread.search('operations'));
    await hold(
      operations.flatMap((first) =>
        upTo(RECOVERY).map((second) => {
          const seed = first * 1_000 + second;
          const losses = [LOSSES[seed % 3], LOSSES[Math.floor(seed / 3) % 3]] as const;
          const crashes = [first, second].map((at, nth) => ({ at, loss: losses[nth] as Crash['loss'] }));
          return { seed, crashes };
        }),
      ),
    );
  });

  void it('nor do syncs that fail at times', async () => {
    const last = await thread.search('operations');
    await hold(
      upTo(FAILING_RUNS).map((seed) => {
        const at = 1 + (seed % last);
        return { seed, crashes: [{ at, loss: LOSSES[seed % 3] as Crash['loss'] }], failing: 0.2 };
      }),
    );
  });
});

eachSyncIsNeeded(
  'each sync of the embedded event log is needed',
  thread,
  { folder: 'log', frames: 2 },
  (last) => ({
    syncing: upTo(last).map((at) => ({ seed: at, crashes: [{ at, loss: 'killed' }] })),
    losing: [
      ...upTo(last).flatMap((at) => LOSSES.map((loss) => ({ seed: at, crashes: [{ at, loss }] }))),
      ...upTo(last).flatMap((first) => upTo(RECOVERY).flatMap((second) => bothLosses(first, second))),
    ],
  }),
  { timeout: 1_200_000 },
);

/** A process is killed, and the power fails while the next one recovers. */
function bothLosses(first: number, second: number): CrashPlan[] {
  return (['bare', 'lucky'] as const).map((loss) => ({
    seed: first * 1_000 + second,
    crashes: [
      { at: first, loss: 'killed' },
      { at: second, loss },
    ],
  }));
}
