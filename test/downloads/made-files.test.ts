import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MadeFiles, type MadeFile } from '../../src/downloads/made-files.ts';

const KIB = 1024;
const never = new AbortController().signal;

void describe('files that are made when they are asked for', () => {
  let root: string;
  let folder: string;
  let files: MadeFiles;
  let now = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'kraken-made-'));
  });
  after(() => rm(root, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'files-'));
    now = Date.now();
    files = new MadeFiles({ folder, maxBytes: 10 * KIB, clock: { now: () => (now += 10_000) } });
  });

  const textOf = async ({ handle }: MadeFile): Promise<string> => {
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  };
  const writing =
    (text: string) =>
    (path: string): Promise<void> =>
      writeFile(path, text);
  const kept = async (): Promise<string[]> =>
    (await readdir(folder)).map((name) => name.split('.')[0] ?? '').sort();

  test('is made once for all who ask, and then kept', async () => {
    let made = 0;
    const make = async (path: string): Promise<void> => {
      made++;
      await sleep(20);
      await writeFile(path, 'rows');
    };
    const asked = await Promise.all([files.open('a', make, never), files.open('a', make, never)]);
    assert.deepEqual(await Promise.all(asked.map(textOf)), ['rows', 'rows']);
    assert.equal(await textOf(await files.open('a', make, never)), 'rows');
    assert.equal(made, 1);
  });

  test('another process finds it, with the same digest', async () => {
    const first = await files.open('a', writing('rows'), never);
    await first.handle.close();
    const others = new MadeFiles({ folder, maxBytes: KIB, clock: Date });
    const second = await others.open('a', () => Promise.reject(new Error('it is there')), never);
    assert.equal(second.digest, first.digest);
    assert.equal(second.bytes, 4);
    await second.handle.close();
  });

  test('what was used least lately makes room', async () => {
    for (const key of ['a', 'b']) await textOf(await files.open(key, writing(key.repeat(4 * KIB)), never));
    await textOf(await files.open('a', writing('never'), never));
    await textOf(await files.open('c', writing('c'.repeat(4 * KIB)), never));
    assert.deepEqual(await kept(), ['a', 'c']);
  });

  test('a reader goes on reading a file that made room', async () => {
    const reading = await files.open('a', writing('a'.repeat(9 * KIB)), never);
    await textOf(await files.open('b', writing('b'.repeat(9 * KIB)), never));
    assert.deepEqual(await kept(), ['b']);
    assert.equal((await textOf(reading)).length, 9 * KIB);
  });

  test('a file that is larger than all may be is refused, also while it grows', async () => {
    const refused = { code: 'too-large' };
    await assert.rejects(files.open('a', writing('a'.repeat(11 * KIB)), never), refused);
    const growing = async (path: string, signal: AbortSignal): Promise<void> => {
      await writeFile(path, 'a'.repeat(11 * KIB));
      await sleep(60_000, undefined, { signal }).catch(() => signal.throwIfAborted());
    };
    await assert.rejects(files.open('a', growing, never), refused);
    assert.deepEqual(await kept(), []);
  });

  test('making ends when the last who waits for it leaves, and leaves nothing behind', async () => {
    const ended: string[] = [];
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const make = async (path: string, signal: AbortSignal): Promise<void> => {
      await writeFile(path, 'a part');
      begin();
      await sleep(60_000, undefined, { signal }).catch(() => ended.push('ended'));
      signal.throwIfAborted();
    };
    const [one, other] = [new AbortController(), new AbortController()];
    const asked = [one, other].map(({ signal }) => files.open('a', make, signal));
    await begun;
    one.abort();
    await assert.rejects(asked[0] as Promise<MadeFile>);
    assert.deepEqual(ended, []);
    other.abort();
    await assert.rejects(asked[1] as Promise<MadeFile>);
    for (let i = 0; i < 100 && (await readdir(folder)).length > 0; i++) await sleep(10);
    assert.deepEqual([ended, await readdir(folder)], [['ended'], []]);
    assert.equal(await textOf(await files.open('a', writing('whole'), never)), 'whole');
  });

  test('a failure is told to who asked, and the next one tries again', async () => {
    const fail = (): Promise<void> => Promise.reject(new Error('no rows'));
    await assert.rejects(files.open('a', fail, never), /no rows/);
    const made = await files.open('a', writing('rows'), never);
    assert.equal(await textOf(made), 'rows');
    const [name = ''] = await readdir(folder);
    assert.equal(await readFile(join(folder, name), 'utf8'), 'rows');
  });
});
