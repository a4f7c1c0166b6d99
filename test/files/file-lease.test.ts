import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MACHINE } from '../../src/files/machine.ts';
import { acquireLease } from '../../src/files/file-lease.ts';
import { temporaryFolder } from '../load/files.ts';

const SIGNAL = new AbortController().signal;

void test('a lease names its holder from the first moment, so that the next process takes over at once if it is killed then', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'lease');
  let isOver = false;
  const seen = new Set<string>();
  const looking = (async () => {
    while (!isOver) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text !== undefined)
        seen.add(text === '' ? 'nobody' : (JSON.parse(text) as { holder: string }).holder);
    }
  })();
  for (let i = 0; i < 500; i++) await (await acquireLease(path, 'one of many', SIGNAL)).release();
  isOver = true;
  await looking;
  assert.deepEqual([...seen], ['one of many']);
  assert.deepEqual(await readdir(folder), []);
});

void test('only one of many processes has a lease at a time', async (t) => {
  const path = join(temporaryFolder(t), 'lease');
  let holders = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lease = await acquireLease(path, 'one of many', SIGNAL);
      assert.equal(++holders, 1);
      await lease.assertHeld();
      holders--;
      await lease.release();
    }),
  );
});

void test('the holder of another machine is waited for, whatever the names of machines and the PIDs', async (t) => {
  const path = join(temporaryFolder(t), 'lease');
  // Containers of one image often have one host name, and the same few numbers of processes.
  const holder = { holder: 'a container', pid: 2 ** 22 + 1, host: hostname(), nonce: 'x' };
  for (const other of [{ ...holder, machine: 'another one' }, holder]) {
    await writeFile(path, JSON.stringify(other));
    const refusal = { name: 'LeaseHeldError', holder: 'a container' };
    await assert.rejects(acquireLease(path, 'me', AbortSignal.timeout(500)), refusal);
  }
  await writeFile(path, JSON.stringify({ ...holder, machine: MACHINE }));
  const lease = await acquireLease(path, 'me', SIGNAL);
  await lease.release();
});
