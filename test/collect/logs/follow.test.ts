import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  statSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Delivery } from '../../../src/collect/logs/delivery.ts';
import { Follower, FOLLOW_TIMES } from '../../../src/collect/logs/follow.ts';
import { Progress } from '../../../src/collect/logs/progress.ts';
import { readLog } from '../../../src/collect/logs/read-log.ts';
import type { ReadLine } from '../../../src/collect/logs/line-reader.ts';
import type { LineSink } from '../../../src/collect/logs/sink.ts';
import { randomOf } from '../../support/random.ts';

/** Keeps what it is brought: paths by id, as the log has them after repeats are removed. */
class Kept implements LineSink {
  readonly paths = new Map<string, string>();
  /** With repeats. */
  brought = 0;
  rejected = 0;

  take(lines: readonly ReadLine[]): Promise<(string | undefined)[]> {
    for (const { incoming, reason } of lines) {
      if (reason !== undefined) this.rejected++;
      const { uri_path, body } = incoming.event as { uri_path?: string; body?: string };
      const path = uri_path ?? `reject ${body}`;
      const before = this.paths.get(incoming.id);
      assert.ok(before === undefined || before === path, `${incoming.id} is ${before} and ${path}`);
      this.paths.set(incoming.id, path);
      this.brought++;
    }
    return Promise.resolve(lines.map(({ reason }) => reason));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  all(): string[] {
    return [...this.paths.values()].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  }
}

let folder: string;
let log: string;
let kept: Kept;
let nth: number;
let now: number;
const signal = new AbortController().signal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kraken-follow-'));
  log = join(folder, 'access.log');
  kept = new Kept();
  nth = 0;
  now = Date.now();
});
const followers: Follower[] = [];
afterEach(async () => {
  for (const one of followers.splice(0)) await one.close();
  rmSync(folder, { recursive: true });
});

const line = (): string =>
  `192.0.2.1 - - [29/Nov/2025:11:20:30 +0000] "GET /${nth++} HTTP/1.1" 200 5 "-" "-"\n`;
const write = (count = 1, to = log): void => appendFileSync(to, Array.from({ length: count }, line).join(''));
const expected = (): string[] => Array.from({ length: nth }, (_, place) => `/${place}`);

const said: string[] = [];
async function follower(source = log, progress?: Progress): Promise<Follower> {
  const clock = { now: () => now };
  const made = new Follower([source], {
    asked: { site: 'example.org' },
    delivery: new Delivery(kept, clock, signal, () => {}),
    progress: progress ?? (await Progress.open(join(folder, 'state', 'none.json'))),
    clock,
    times: FOLLOW_TIMES,
    say: (text) => said.push(text),
  });
  followers.push(made);
  return made;
}

/** Each line is there, none is another's, and none was brought again. */
function assertOnce(): void {
  assert.deepEqual(kept.all(), expected());
  assert.equal(kept.brought, nth);
}

describe('following a log', () => {
  test('delivers each line once it is complete, also of a file that appears later', async () => {
    const following = await follower();
    await following.look(signal);
    write(3);
    await following.look(signal);
    assertOnce();
    const whole = line();
    appendFileSync(log, whole.slice(0, 20));
    await following.look(signal);
    assert.equal(kept.brought, 3);
    appendFileSync(log, whole.slice(20));
    await following.look(signal);
    assertOnce();
  });

  test('loses nothing when the log is renamed and its writer continues with the old file for a while', async () => {
    const following = await follower();
    write(2);
    await following.look(signal);
    write(2);
    renameSync(log, `${log}.1`);
    write(1, `${log}.1`);
    await following.look(signal);
    write(2);
    write(1, `${log}.1`);
    await following.look(signal);
    assertOnce();
  });

  test('loses nothing when the log is moved away or removed', async () => {
    const following = await follower();
    write(2);
    await following.look(signal);
    write(2);
    mkdirSync(join(folder, 'old'));
    renameSync(log, join(folder, 'old', 'x'));
    write(1);
    await following.look(signal);
    write(1, join(folder, 'old', 'x'));
    write(1);
    unlinkSync(log);
    write(1);
    await following.look(signal);
    await following.look(signal);
    assertOnce();
  });

  test('loses nothing that was copied before the log was truncated', async () => {
    const following = await follower();
    write(3);
    await following.look(signal);
    write(2);
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    write(1);
    await following.look(signal);
    now += 10_000;
    await following.look(signal);
    assertOnce();
  });

  test('notices a truncation even if the log is as long as before, or longer, and begins alike', async () => {
    const following = await follower();
    const header = '# a header, not a request\n';
    const begin = (): void => writeFileSync(log, header);
    begin();
    write(2);
    await following.look(signal);
    begin();
    write(2);
    utimesSync(log, now / 1000 + 5, now / 1000 + 5);
    await following.look(signal);
    begin();
    write(5);
    await following.look(signal);
    kept.paths.forEach((path, id) => path.startsWith('reject') && kept.paths.delete(id));
    assert.deepEqual(kept.all(), expected());
  });

  test('continues after a restart at the last place, even if the log was rotated meanwhile', async () => {
    const file = join(folder, 'state', 'of-it.json');
    const run = async (): Promise<void> => {
      const progress = await Progress.open(file);
      const following = await follower(log, progress);
      await following.look(signal);
      await progress.save();
    };
    write(3);
    await run();
    write(2);
    renameSync(log, `${log}.1`);
    write(2);
    await run();
    assertOnce();
    write(1);
    writeFileSync(`${log}.2.gz`, gzipSync(Buffer.from(Array.from({ length: 2 }, line).join(''))));
    now += 10_000;
    await run();
    await run();
    assertOnce();
  });

  test('collects everything again without its remembered places, as the same events', async () => {
    write(3);
    renameSync(log, join(folder, 'access.log-20261129'));
    write(3);
    await (await follower()).look(signal);
    execFileSync('gzip', [join(folder, 'access.log-20261129')]);
    now += 10_000;
    await (await follower()).look(signal);
    assert.deepEqual(kept.all(), expected());
    assert.equal(kept.brought, 2 * nth);
  });

  test('leaves out files that are no logs, and says so once', async () => {
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(join(logs, 'error.log'), 'an error\n'.repeat(30));
    write(2, join(logs, 'a.log'));
    said.length = 0;
    const following = await follower(logs);
    await following.look(signal);
    await following.look(signal);
    write(2, join(logs, 'b.log'));
    await following.look(signal);
    assertOnce();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /error\.log: its first lines have no known format/);
  });

  for (const header of ['', '# a header that all of them have\n']) {
    test(`survives anything that a log may go through, in any order${header && ', also where all begin alike'}`, async () => {
      for (let seed = 1; seed <= 60; seed++) {
        const random = randomOf(seed);
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        nth = 0;
        kept = new Kept();
        let rotations = 0;
        const grow = (count = 1): void => {
          if (!existsSync(log) || statSync(log).size === 0) writeFileSync(log, header);
          write(count);
        };
        let progress = await Progress.open(join(folder, 'state', 'of-it.json'));
        let following = await follower(log, progress);
        const steps: (() => void | Promise<void>)[] = [
          () => grow(1 + Math.floor(random() * 5)),
          () => grow(1 + Math.floor(random() * 5)),
          () => following.look(signal),
          () => following.look(signal),
          () => progress.save(),
          async () => {
            progress = await Progress.open(join(folder, 'state', 'of-it.json'));
            following = await follower(log, progress);
          },
          () => {
            grow();
            renameSync(log, `${log}.${++rotations}`);
          },
          () => {
            grow();
            copyFileSync(log, `${log}.${++rotations}`);
            truncateSync(log);
          },
          async () => {
            if (!existsSync(`${log}.${rotations}`)) return;
            await following.look(signal);
            execFileSync('gzip', ['-f', `${log}.${rotations}`]);
            rotations++;
          },
          () => void (now += 5_000),
        ];
        for (let step = 0; step < 40; step++) {
          await steps[Math.floor(random() * steps.length)]?.();
        }
        for (let round = 0; round < 3; round++) {
          now += 5_000;
          await following.look(signal);
        }
        for (const [id, path] of kept.paths) if (path.startsWith('reject')) kept.paths.delete(id);
        assert.deepEqual(kept.all(), expected(), `seed ${seed}`);
        for (const one of followers.splice(0)) await one.close();
      }
    });
  }
});

test('a file, packed or not, and standard input are the same events', async () => {
  const delivery = new Delivery(kept, { now: () => now }, signal, () => {});
  const asked = { site: 'example.org' };
  write(4);
  const read = await readLog(log, asked, delivery, signal);
  assert.deepEqual(read, { format: 'combined', isTailLeft: false });
  for (const command of ['gzip', 'bzip2', 'zstd']) {
    const packed = `${log}.${command}`;
    writeFileSync(packed, execFileSync(command, ['-c', log]));
    await readLog(packed, asked, delivery, signal);
  }
  assert.deepEqual(kept.all(), expected());
  assert.equal(kept.brought, 4 * nth);
});

test('a last line without an end is left in a plain file, which may still be written, and read in a packed one', async () => {
  const delivery = new Delivery(kept, { now: () => now }, signal, () => {});
  const text = line() + line().trimEnd();
  writeFileSync(log, text);
  assert.deepEqual(await readLog(log, { site: 'example.org' }, delivery, signal), {
    format: 'combined',
    isTailLeft: true,
  });
  assert.equal(kept.brought, 1);
  writeFileSync(`${log}.gz`, gzipSync(Buffer.from(text)));
  await readLog(`${log}.gz`, { site: 'example.org' }, delivery, signal);
  assert.deepEqual(kept.all(), expected());
});
