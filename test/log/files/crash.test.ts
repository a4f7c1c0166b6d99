import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../../support/crash-plan.ts';
import { runCrashes } from './crash-run.ts';

/** More operations than recovery has, and the first trimming and appending after it. */
const RECOVERY = 25;
/** How many processes run on a disk that fails at times, two after the other. */
const FAILING_RUNS = 300;
/** How often the `lucky` loss is tried at each operation. */
const TRIES = 5;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];

/** @throws AssertionError that says how to run it once more */
async function holds(plan: CrashPlan): Promise<void> {
  try {
    await runCrashes(plan);
  } catch (cause) {
    const command = `node dist/test/log/files/repeat-crash.js ${textOfPlan(plan)}`;
    throw new assert.AssertionError({ message: `${String(cause)}\nTo repeat it: ${command}` });
  }
}

/** Counts the operations of two processes that don't crash: the first one, and one that finds what it left. */
async function operationsOf(seed: number): Promise<number> {
  const counts = await runCrashes({ seed, crashes: [{ at: Infinity, loss: 'bare' }] });
  return Math.max(...counts);
}

void describe('the embedded event log after a crash', { timeout: 1_200_000 }, () => {
  void it('a crash at any operation loses and doubles nothing', async () => {
    const last = await operationsOf(1);
    for (let at = 1; at <= last; at++) {
      for (const loss of LOSSES) {
        const tries = loss === 'lucky' ? TRIES : 1;
        for (let seed = 0; seed < tries; seed++) await holds({ seed, crashes: [{ at, loss }] });
      }
    }
  });

  void it('nor does a second crash while the next process recovers and begins', async () => {
    const last = await operationsOf(1);
    for (let first = 1; first <= last; first++) {
      for (let second = 1; second <= RECOVERY; second++) {
        const seed = first * 1_000 + second;
        const losses = [LOSSES[seed % 3], LOSSES[Math.floor(seed / 3) % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        await holds({ seed, crashes });
      }
    }
  });

  void it('nor do syncs that fail at times', async () => {
    const last = await operationsOf(1);
    for (let seed = 1; seed <= FAILING_RUNS; seed++) {
      const at = 1 + (seed % last);
      await holds({ seed, crashes: [{ at, loss: LOSSES[seed % 3] as Crash['loss'] }], failing: 0.2 });
    }
  });
});

/**
 * The places of the source from which something is synced, as two frames of the stack: where `sync`
 * is called, and by whom.
 */
function syncSite(): string {
  const frames = (new Error().stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  return frames
    .slice(0, 2)
    .map((line) => (/at (?:async )?(\S+)/.exec(line)?.[1] ?? line).replace(/^.*\//, ''))
    .join(' by ');
}

void describe('each sync of the embedded event log is needed', { timeout: 1_200_000 }, async () => {
  const sites = new Set<string>();
  for (let at = 1; at <= (await operationsOf(1)); at++) {
    await runCrashes({ seed: at, crashes: [{ at, loss: 'killed' }] }, () => {
      sites.add(syncSite());
      return 'done';
    });
  }
  void it('has a place of its own in the source', () =>
    assert.ok(sites.size > 1 && !sites.has(''), [...sites].join()));
  for (const site of sites) {
    void it(`without the one at ${site} something is lost`, async () => {
      assert.ok(await losesWithout(site), 'no crash has shown it');
    });
  }
});

/** Whether any crash loses something when the syncs of one place do nothing. */
async function losesWithout(site: string): Promise<boolean> {
  const last = await operationsOf(1);
  const plans = function* (): Generator<CrashPlan> {
    for (let at = 1; at <= last; at++) {
      for (const loss of LOSSES) yield { seed: at, crashes: [{ at, loss }] };
    }
    for (let first = 1; first <= last; first++) {
      for (let second = 1; second <= RECOVERY; second++) {
        for (const loss of ['bare', 'lucky'] as const) {
          yield {
            seed: first * 1_000 + second,
            crashes: [
              { at: first, loss: 'killed' },
              { at: second, loss },
            ],
          };
        }
      }
    }
  };
  for (const plan of plans()) {
    try {
      await runCrashes(plan, () => (syncSite() === site ? 'skipped' : 'done'));
    } catch {
      return true;
    }
  }
  return false;
}
