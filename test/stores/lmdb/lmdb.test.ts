import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { open } from 'lmdb';
import { EngineError } from '../../../src/core/engine-error.ts';
import { EMPTY_STATE } from '../../../src/core/time/table-state.ts';
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb-store.ts';
import type { SeriesStore } from '../../../src/stores/series-store.ts';
import { HANGS_MS } from '../../support/hangs.ts';
import { HeldSource } from '../../support/held-source.ts';
import { batches, cell, get, key, leased, put, signal, TABLE } from '../cells.ts';
import { seriesStoreConformance } from '../conformance.ts';
import { publishedKeys, publishedValue } from '../publishing.ts';
import { PUBLISHER } from './publisher.ts';
import { until } from '../../support/until.ts';

seriesStoreConformance('lmdb', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-lmdb-'));
  const path = join(folder, 'series.mdb');
  let store = openLmdbStore(path);
  return {
    store,
    async reopen() {
      await store.close();
      return (store = openLmdbStore(path));
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the LMDB file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-lmdb-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** A process that publishes; `lines` is what it said so far. */
  function publisher(path: string, versions: number): { child: ChildProcess; lines: string[] } {
    const child = spawn(process.execPath, [PUBLISHER, path, `${versions}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
    return { child, lines };
  }

  /** The version that all cells have; fails where they have several. */
  async function versionOfCells(store: SeriesStore): Promise<number> {
    const values = new Set(await get(store, publishedKeys));
    assert.equal(values.size, 1, 'all cells are of one version');
    const [value] = values;
    const version = value === undefined ? 0 : Number.parseInt(value, 10);
    assert.equal(value, version === 0 ? undefined : publishedValue(version));
    return version;
  }

  it('is as before or as after a publication when the publisher is killed at any moment', async () => {
    const path = join(folder, 'killed.mdb');
    let inTheMiddle = 0;
    for (let round = 0; round < 8; round++) {
      const { child, lines } = publisher(path, 1_000_000);
      await until('it publishes', () => lines.length > 0);
      await sleep(Math.random() * 80);
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      if (lines.at(-1)?.startsWith('start')) inTheMiddle++;
      const said = lines.findLast((line) => line.startsWith('end'));
      const store = openLmdbStore(path, { readOnly: true });
      const { tables, revision } = await store.states(signal);
      const version = tables.get(TABLE)?.version ?? 0;
      assert.equal(await versionOfCells(store), version);
      assert.equal(revision, `${version}`);
      if (said) assert.ok(version >= Number(said.split(' ')[1]), 'what was said to be published is there');
      await store.close();
    }
    assert.ok(inTheMiddle > 0, 'some were killed in the middle');
    const store = await leased(openLmdbStore(path));
    await put(store, [cell('a', '1', 'after the kills')], 1_000_000);
    assert.deepEqual(await get(store, [key('a', '1')]), ['after the kills']);
    await store.close();
  });

  it('is as before when the publisher exits in the middle, which it does at once', async () => {
    const path = join(folder, 'exited.mdb');
    let inTheMiddle = 0;
    for (let round = 0; inTheMiddle === 0 && round < 20; round++) {
      const { child, lines } = publisher(path, 1_000_000);
      await until('it publishes', () => lines.length > 0);
      await sleep(Math.random() * 80);
      const exit = once(child, 'exit', { signal: AbortSignal.timeout(HANGS_MS) });
      child.stdin?.write('exit');
      assert.deepEqual(await exit, [3, null]);
      if (lines.at(-1)?.startsWith('start')) inTheMiddle++;
      const said = lines.findLast((line) => line.startsWith('end'));
      const store = openLmdbStore(path, { readOnly: true });
      assert.equal(await versionOfCells(store), Number(said?.split(' ')[1] ?? 0));
      await store.close();
    }
    assert.ok(inTheMiddle > 0, 'one exited in the middle');
  });

  it('shows a reader in another process each publication whole, as soon as it is made', async () => {
    const path = join(folder, 'shared.mdb');
    const store = openLmdbStore(path, { readOnly: true });
    assert.equal((await store.states(signal)).tables.size, 0, 'there was no file');
    const { child, lines } = publisher(path, 25);
    const exit = once(child, 'exit');
    const seen = new Set<number>();
    while (child.exitCode === null) {
      const said = Number(lines.findLast((line) => line.startsWith('end'))?.split(' ')[1] ?? 0);
      const { tables } = await store.states(signal);
      const version = tables.get(TABLE)?.version ?? 0;
      assert.ok(version >= said, `version ${said} was published, but ${version} is seen`);
      assert.equal(await versionOfCells(store), version, 'cells are as old as the states that were seen');
      seen.add(version);
      await sleep(1);
    }
    await exit;
    assert.equal(child.exitCode, 0);
    assert.ok(seen.size > 2, 'reader and writer were at work at the same time');
    // Cells are as new as the states that were read last.
    assert.equal((await store.states(signal)).tables.get(TABLE)?.version, 25);
    assert.equal(await versionOfCells(store), 25);
    await store.close();
  });

  it('serves the same from a copy', async () => {
    const path = join(folder, 'original.mdb');
    const store = await leased(openLmdbStore(path));
    const cells = Array.from({ length: 500 }, (_, i) => cell(`en\0${i}\0D2024`, '03', `value ${i}`));
    await put(store, cells, 3);
    await copyFile(path, join(folder, 'copy.mdb'));
    await put(store, [cell('en\x000\0D2024', '03', 'changed since')], 4);
    const copy = openLmdbStore(join(folder, 'copy.mdb'), { readOnly: true });
    assert.deepEqual(
      await get(copy, cells),
      cells.map((_, i) => `value ${i}`),
    );
    assert.equal((await copy.states(signal)).tables.get(TABLE)?.version, 3);
    await copy.close();
    await store.close();
  });

  it('of another format is refused with a sentence, and left as it was', async () => {
    const path = join(folder, 'other.mdb');
    const messages = [
      [
        '3',
        /other\.mdb has format 3, but this version of Kraken reads only format 2: a newer Kraken wrote it\.$/,
      ],
      ['1', /has format 1, .* only format 2: an earlier Kraken wrote it\. .* run "kraken publish"/],
    ] as const;
    for (const [format, message] of messages) {
      await rm(path, { force: true });
      await openLmdbStore(path).close();
      const file = open(path, {
        noSubdir: true,
        keyEncoding: 'binary',
        encoding: 'binary',
        overlappingSync: false,
      });
      file.putSync(Buffer.from('\0format'), Buffer.from(format));
      await file.close();
      const before = await readFile(path);
      for (const readOnly of [true, false]) {
        assert.throws(
          () => openLmdbStore(path, { readOnly }),
          (error) => {
            assert.ok(error instanceof EngineError);
            assert.match(error.message, message);
            return true;
          },
        );
      }
      assert.deepEqual(await readFile(path), before);
    }
  });

  it('that is no store is refused with a sentence, and left as it was', async () => {
    const path = join(folder, 'notes.txt');
    for (const text of ['x', 'not a store\n'.repeat(1000)]) {
      await writeFile(path, text);
      for (const readOnly of [true, false]) {
        assert.throws(() => openLmdbStore(path, { readOnly }), {
          name: 'PlaceError',
          message: /notes\.txt can't be used: it is not a series store: LMDB didn't write it$/,
        });
      }
      assert.equal(await readFile(path, 'utf8'), text);
    }
    assert.throws(() => openLmdbStore(folder), EngineError);
  });

  it('is opened once in a process, and again after it was closed', async () => {
    const path = join(folder, 'once.mdb');
    const store = openLmdbStore(path);
    assert.throws(() => openLmdbStore(path, { readOnly: true }), /already open in this process/);
    await store.close();
    await openLmdbStore(path).close();
  });

  it('takes no publication when it is open for reading only', async () => {
    const store = openLmdbStore(join(folder, 'reader.mdb'), { readOnly: true });
    await assert.rejects(store.lease('a test', signal), /open for reading only/);
    await assert.rejects(put(store, [cell('a', '1', 'x')]), EngineError);
    await store.close();
  });

  it('refuses a cell whose key is too long, and keeps nothing of its publication', async () => {
    const store = await leased(openLmdbStore(join(folder, 'long.mdb')));
    const cells = batches([cell('a', '1', 'x')], [cell('b'.repeat(1978), '1', 'x')]);
    const publication = { table: TABLE, clear: [], cells, state: EMPTY_STATE };
    await assert.rejects(store.publish(publication, signal), EngineError);
    assert.deepEqual(await get(store, [key('a', '1')]), [undefined]);
    const held = new HeldSource([cell('b'.repeat(1978), '1', 'x')]);
    await assert.rejects(store.publish({ ...publication, cells: held }, signal), EngineError);
    assert.deepEqual([held.asked, held.ended], [1, 1], 'the source is told');
    await store.close();
  });
});
