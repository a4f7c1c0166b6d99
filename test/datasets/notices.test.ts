import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { schemaFor } from '../../src/api/graphql/schema.ts';
import { LiveFolders } from '../../src/datasets/live.ts';
import { RowsCheck } from '../../src/datasets/load-rows.ts';
import { Notices } from '../../src/datasets/notices.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { CAKES, folderWith, remoteIn, remove, write } from './folder.ts';

/** What would have been told long before, in ms. */
const QUIET_MS = 300;

async function followed(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const root = await folderWith(files);
  const told = new EventEmitter();
  let times = 0;
  const notices = new Notices(() => {
    times++;
    told.emit('notice');
  });
  t.after(async () => {
    notices.close();
    await remove(root);
  });
  /** Resolves when a change was told of. */
  const tells = async (change: () => Promise<unknown>): Promise<void> => {
    const notice = once(told, 'notice', { signal: AbortSignal.timeout(10_000) });
    await change();
    await notice;
    await pause(QUIET_MS);
  };
  const isQuiet = async (change: () => Promise<unknown>): Promise<void> => {
    const before = times;
    await change();
    await pause(QUIET_MS);
    assert.equal(times, before);
  };
  return { root, notices, tells, isQuiet };
}

void test('every change in a folder is noticed: a file is written, added, renamed, removed', async (t) => {
  const { root, notices, tells } = await followed(t, { 'a.yaml': 'a' });
  await notices.follow([root], []);
  await tells(() => appendFile(join(root, 'a.yaml'), 'b'));
  await tells(() => writeFile(join(root, 'b.yaml'), 'b'));
  await tells(() => rename(join(root, 'b.yaml'), join(root, 'a.yaml')));
  await tells(() => rm(join(root, 'a.yaml')));
});

void test('a file elsewhere is followed, also where a link leads to it, and its neighbours are not', async (t) => {
  const { root, notices, tells, isQuiet } = await followed(t, { 'a.csv': 'a', 'other.csv': 'a' });
  await mkdir(join(root, 'links'));
  await symlink(join(root, 'a.csv'), join(root, 'links', 'link.csv'));
  await notices.follow([], [join(root, 'links', 'link.csv')]);
  await tells(() => appendFile(join(root, 'a.csv'), 'b'));
  await isQuiet(() => appendFile(join(root, 'other.csv'), 'b'));
});

void test('a folder that appears, disappears or is replaced by its link is noticed', async (t) => {
  const { root, notices, tells } = await followed(t);
  await mkdir(join(root, 'one'));
  await notices.follow([join(root, 'later'), join(root, 'current')], []);
  await tells(() => mkdir(join(root, 'later')));
  await tells(() => symlink('one', join(root, 'current')));
  await tells(() => rm(join(root, 'later'), { recursive: true }));
});

void test('where the system reports nothing, a check finds the change', async (t) => {
  const folder = await folderWith(CAKES);
  const check = new RowsCheck();
  const published = new EventEmitter();
  const live = new LiveFolders({
    folders: [folder],
    builtIn: METRICS,
    remote: remoteIn(folder),
    openTable: () => Promise.resolve('there are no tables here.'),
    streams: () => Promise.resolve(new Map()),
    load: check.load,
    refresh: () => Promise.resolve(),
    stateOf: check.stateOf,
    check: schemaFor,
    points: 50_000,
    publish: ({ catalogue }) => published.emit('catalogue', catalogue.metrics.at(-1)?.title),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    listen: () => {
      throw new Error('no watches are left');
    },
  });
  // The timers of what waits here keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  t.after(async () => {
    clearInterval(alive);
    await live.stop();
    await remove(folder);
  });
  await live.start(10_000);
  const next = once(published, 'catalogue', { signal: AbortSignal.timeout(30_000) });
  await write(folder, { 'cake.yaml': CAKES['cake.yaml'].replace('Cakes baked', 'Cakes eaten') });
  assert.deepEqual(await next, ['Cakes eaten']);
});
