import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disk } from '../../src/disk/disk.ts';
import { FileLogReader } from '../../src/log/files/file-log-reader.ts';
import { LoaderLeaseError } from '../../src/raw/raw-lease.ts';
import { ModelDisk } from '../support/model-disk.ts';
import { randomOf } from '../support/random.ts';
import { loaderOf, LOG, look, openLog, VIEWS } from './crash-run.ts';
import { interrupted } from './interrupted.ts';

/** @returns how many operations the first loader did */
async function run(at: number): Promise<number> {
  const random = randomOf(at);
  const model = new ModelDisk();
  const clock = { ms: Date.UTC(2026, 10, 29, 11, 20) };
  const plain = () => model.start({ random });
  const log = await openLog(plain(), random, clock);
  const { signal } = new AbortController();
  let sent = 0;
  const append = async (count: number): Promise<void> => {
    const values = Array.from({ length: count }, () => {
      const meta = { id: `e${sent++}`, dt: new Date(clock.ms).toISOString() };
      return Buffer.from(JSON.stringify({ meta }));
    });
    await log.append(VIEWS.name, values);
  };
  await append(5);
  let isHeld = true;
  const lost = () => Promise.reject(new LoaderLeaseError('the lease was lost'));
  const lease = { assertHeld: () => (isHeld ? Promise.resolve() : lost()), release: () => Promise.resolve() };
  const heirs = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };
  const heir = loaderOf(plain(), log, { tag: 'heir', lease: heirs, clock });
  const { disk, count } = interrupted(plain(), at, async () => {
    // The first loader stands still here, for longer than its lease lasts.
    isHeld = false;
    await append(3);
    await heir.round(signal);
    await heir.upkeep(signal, true);
  });
  const first = loaderOf(disk, new FileLogReader(disk, LOG), { tag: 'first', lease, clock });
  let ended = false;
  try {
    await first.round(signal);
    await append(4);
    await first.round(signal);
    clock.ms += 3_700_000;
    await first.round(signal);
    await first.upkeep(signal, true);
    clock.ms += 120_000;
    await first.upkeep(signal, true);
    ended = true;
  } catch (error) {
    assert.ok(!isHeld, 'it has failed by itself');
    assert.ok(error instanceof LoaderLeaseError, String(error));
  }
  const operations = count();
  await look(plain());
  await append(1);
  if (!isHeld || !ended) {
    await heir.round(signal);
    await heir.upkeep(signal, true);
  } else await first.round(signal);
  await heirReads(plain(), sent);
  return operations;
}

async function heirReads(disk: Disk, sent: number): Promise<void> {
  const ids = await look(disk);
  assert.deepEqual(
    ids.toSorted(),
    Array.from({ length: sent }, (_, number) => `e${number}`).toSorted(),
    'each event once',
  );
}

void describe('a loader that stood still while another one took over', () => {
  void it('commits nothing more and spoils nothing, wherever it stood', async () => {
    const last = await run(Infinity);
    assert.ok(last > 50);
    for (let at = 1; at <= last; at++) {
      await run(at).catch((cause: unknown) => {
        throw new Error(`it stood still before operation ${at}`, { cause });
      });
    }
  });
});
