import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EMPTY_STATE } from '../../../src/core/time/table-state.ts';
import { Manifests } from '../../../src/warehouses/lake/manifests.ts';
import { temporaryFolder } from '../../load/files.ts';
import { flatTable } from '../fixtures.ts';

const lease = { release: () => Promise.resolve(), assertHeld: () => Promise.resolve() };
const signal = new AbortController().signal;
const LONGEST_MS = 120_000;

/** A lake with one table, its writer, and a reader whose clock stands still. */
async function lake(t: TestContext) {
  const folder = temporaryFolder(t);
  await mkdir(join(folder, flatTable.name));
  const writer = new Manifests(folder);
  const clock = { now: 0 };
  const reader = new Manifests(folder, () => clock.now);
  const write = (version: number) => {
    const state = { ...EMPTY_STATE, version };
    const manifest = { state, partitions: new Map(), superseded: [] };
    return writer.replace({ table: flatTable, manifest, lease, signal } as Parameters<
      Manifests['replace']
    >[0]);
  };
  const version = async () => (await reader.all()).tables.get(flatTable.name)?.state.version;
  return { folder, clock, reader, write, version };
}

void test('a change of any table is seen at the next look', async (t) => {
  const { write, version } = await lake(t);
  for (const number of [1, 2, 3]) {
    await write(number);
    assert.equal(await version(), number);
  }
});

void test('while nothing changes, the tables are not looked at', async (t) => {
  const { reader, write } = await lake(t);
  await write(1);
  const before = await reader.all();
  assert.equal(await reader.all(), before);
});

void test('what somebody changed by hand is found within two minutes', async (t) => {
  const { folder, clock, write, version } = await lake(t);
  await write(1);
  assert.equal(await version(), 1);
  const path = join(folder, flatTable.name, '_manifest.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":22'));
  assert.equal(await version(), 1);
  clock.now += LONGEST_MS;
  assert.equal(await version(), 22);
});

void test('a lake that no newer Kraken has written is looked at whole', async (t) => {
  const { folder, write, version } = await lake(t);
  await write(1);
  await rm(join(folder, '_revision'));
  assert.equal(await version(), 1);
  const path = join(folder, flatTable.name, '_manifest.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":22'));
  assert.equal(await version(), 22);
});

void test('a lake that is gone is an error at once', async (t) => {
  const { folder, write, version } = await lake(t);
  await write(1);
  assert.equal(await version(), 1);
  await rm(folder, { recursive: true });
  await assert.rejects(version(), /ENOENT/);
});
