import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import { GroupCommit, type GroupSettings } from '../../../src/log/files/group-commit.ts';
import { LogBusyError, LogClosedError } from '../../../src/log/log-errors.ts';

const SETTINGS: GroupSettings = { maxWaitMs: 10, maxGroupBytes: 1_000, maxQueuedBytes: 2_000 };

void describe('group commit', () => {
  let nowMs = 0;
  /** The duration of a write, in ms. */
  let writeMs = 0;
  let groups: string[] = [];
  /** The waits that groups asked for, and what ends each. */
  let waits: { ms: number; end: () => void }[] = [];
  /** A promise that each write waits for. */
  let held: Promise<void> | undefined;
  let commits: GroupCommit<string>;

  beforeEach(() => {
    [nowMs, writeMs, groups, waits, held] = [0, 0, [], [], undefined];
    commits = new GroupCommit(
      async (group) => {
        await held;
        nowMs += writeMs;
        groups.push(group.join(' '));
        return group.map((_, index) => index);
      },
      SETTINGS,
      {
        now: () => nowMs,
        after: (ms, end) => {
          const wait = { ms, end };
          waits.push(wait);
          return () => void waits.splice(waits.indexOf(wait), 1);
        },
      },
    );
  });

  const add = (...items: readonly string[]) => Promise.all(items.map((item) => commits.add(item, 100)));

  void it('appends of one turn form one group, in order', async () => {
    assert.deepEqual(await add('a', 'b', 'c'), [0, 1, 2]);
    assert.deepEqual(groups, ['a b c']);
  });

  void it('appends that come while a group is written form the next one', async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    const first = add('a');
    await nextTurn();
    const others = [add('b'), add('c')];
    await nextTurn();
    release();
    await Promise.all([first, ...others]);
    assert.deepEqual(groups, ['a', 'b c']);
  });

  void it('a single sender never waits, however slow the disk is', async () => {
    writeMs = 500;
    for (const item of ['a', 'b', 'c']) await add(item);
    assert.deepEqual(groups, ['a', 'b', 'c']);
    assert.deepEqual(waits, []);
  });

  void it('a group waits until as many have come as in the last group, and no longer', async () => {
    writeMs = 12;
    await add('a', 'b', 'c');
    const first = add('d');
    await nextTurn();
    assert.deepEqual(
      waits.map(({ ms }) => ms),
      [6],
      'half as long as a write takes',
    );
    assert.deepEqual(groups, ['a b c']);
    await Promise.all([first, add('e', 'f')]);
    assert.deepEqual(groups, ['a b c', 'd e f']);
    assert.deepEqual(waits, [], 'the timer was called off');
  });

  void it('a group waits 10 ms at most, and is then written as it is', async () => {
    writeMs = 100;
    await add('a', 'b', 'c');
    const first = add('d');
    await nextTurn();
    assert.deepEqual(
      waits.map(({ ms }) => ms),
      [10],
    );
    waits[0]?.end();
    await first;
    assert.deepEqual(groups, ['a b c', 'd']);
  });

  void it('a group keeps its maximum size, but has at least one item', async () => {
    await Promise.all([commits.add('a', 600), commits.add('b', 600), commits.add('c', 300)]);
    await commits.add('large', 5_000);
    assert.deepEqual(groups, ['a', 'b c', 'large']);
  });

  void it('beyond the bound it refuses at once, and takes more as soon as there is room', async () => {
    const first = commits.add('a', 1_500);
    await assert.rejects(commits.add('b', 600), LogBusyError);
    const second = commits.add('c', 500);
    await Promise.all([first, second]);
    await commits.add('d', 2_000);
    assert.deepEqual(groups, ['a', 'c', 'd']);
  });

  void it('a write that fails is an error of its group only', async () => {
    held = Promise.reject(new Error('the disk fails'));
    const results = await Promise.allSettled([commits.add('a', 100), commits.add('b', 100)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    held = undefined;
    await add('c');
    assert.deepEqual(groups, ['c']);
    assert.equal(commits.queuedBytes, 0);
  });

  void it('closing writes what is queued, and accepts no more', async () => {
    writeMs = 100;
    await add('a', 'b', 'c');
    const waiting = add('d');
    await nextTurn();
    await commits.close();
    await waiting;
    assert.deepEqual(groups, ['a b c', 'd']);
    await assert.rejects(commits.add('e', 100), LogClosedError);
  });
});
