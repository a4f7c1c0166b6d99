import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Crash, type CrashPlan, textOfPlan } from '../support/crash-plan.ts';
import { runCrashes } from './crash-run.ts';

/** More operations than it takes to recover and to begin. */
const RECOVERY = 30;
const LOSSES: readonly Crash['loss'][] = ['killed', 'bare', 'lucky'];
/** Every operation with every loss, and all pairs of crashes, are tried where KRAKEN_TEST_CRASHES is `all`. */
const ALL = process.env['KRAKEN_TEST_CRASHES'] === 'all';
const STEP = ALL ? 1 : RECOVERY;
/** How often luck is tried at each operation. */
const TRIES = ALL ? 5 : 1;

/** @throws AssertionError that says how to run it once more */
async function holds(plan: CrashPlan): Promise<void> {
  try {
    await runCrashes(plan);
  } catch (cause) {
    const command = `node dist/test/raw/repeat-crash.js ${textOfPlan(plan)}`;
    throw new assert.AssertionError({ message: `${String(cause)}\nTo repeat it: ${command}` });
  }
}

/** How many operations a process does that doesn't crash: the first, and one that finds what it left. */
async function operationsOf(seed: number): Promise<number> {
  return Math.max(...(await runCrashes({ seed, crashes: [{ at: Infinity, loss: 'bare' }] })));
}

void describe('the raw table after a crash of collector and loader', { timeout: 1_200_000 }, () => {
  void it('without any, each event is there once', () => holds({ seed: 1, crashes: [] }));

  void it('a crash at any operation loses and doubles nothing', async () => {
    const last = await operationsOf(1);
    for (let at = 1; at <= last; at++) {
      for (const loss of ALL ? LOSSES : [LOSSES[at % 3] as Crash['loss']]) {
        const tries = loss === 'lucky' ? TRIES : 1;
        for (let seed = 0; seed < tries; seed++) await holds({ seed, crashes: [{ at, loss }] });
      }
    }
  });

  void it('nor does a second crash while the next process recovers', async () => {
    const last = await operationsOf(1);
    for (let first = 1; first <= last; first++) {
      for (let second = 1 + ((first * 7) % STEP); second <= RECOVERY; second += STEP) {
        const seed = first * 1_000 + second;
        const losses = [LOSSES[seed % 3], LOSSES[Math.floor(seed / 3) % 3]] as const;
        const crashes = [first, second].map((at, index) => ({ at, loss: losses[index] as Crash['loss'] }));
        await holds({ seed, crashes });
      }
    }
  });
});

/** The place of the loader's source from which something is synced; undefined where it is the log's. */
function syncSite(): string | undefined {
  const frames = (new Error().stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  if (!frames.some((frame) => frame.includes('/src/raw/'))) return undefined;
  return frames
    .slice(0, 4)
    .map((line) => (/at (?:async )?(\S+)/.exec(line)?.[1] ?? line).replace(/^.*\//, ''))
    .join(' by ');
}

void describe('each sync of the loader is needed', { timeout: 1_200_000 }, async () => {
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

/** Operations from one try to the next: what a sync keeps can be lost for some while after it. */
const STRIDE = 11;

/** Whether any crash loses something when the syncs of one place do nothing. */
async function losesWithout(site: string): Promise<boolean> {
  const last = await operationsOf(1);
  const all = Array.from({ length: last }, (_, index) => index + 1);
  // Spread out, as most are shown by many.
  for (const at of all.toSorted((a, b) => (a % STRIDE) - (b % STRIDE) || a - b)) {
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
