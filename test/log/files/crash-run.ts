import { hasCode } from '../../../src/files/file-error.ts';
import { FILE_LOG_SETTINGS, FileLog } from '../../../src/log/files/file-log.ts';
import { FileLogReader } from '../../../src/log/files/file-log-reader.ts';
import type { Crash, CrashPlan } from '../../support/crash-plan.ts';
import { CrashError, ModelDisk, type ModelProcess, type Run } from '../../support/model-disk.ts';
import { randomOf } from '../../support/random.ts';
import { CrashOracle } from './crash-oracle.ts';

const FOLDER = '/data/log';

/**
 * Runs processes that write, read, roll, trim and crash, one after the other on one disk, and checks at
 * the end, after a last loss of power, that the log has kept what it promised.
 * @param onSync decides about each sync: done by default
 * @returns how many operations each process did
 */
export async function runCrashes(plan: CrashPlan, onSync?: Run['onSync']): Promise<number[]> {
  const random = randomOf(plan.seed);
  const { failing = 0 } = plan;
  const unsure: Run['onSync'] = (path) =>
    path.endsWith('.log') && random() < failing ? 'failed' : (onSync?.(path) ?? 'done');
  const model = new ModelDisk();
  const oracle = new CrashOracle();
  const operations: number[] = [];
  let nowMs = 1_000_000;
  const run = async (
    crashAt: number | undefined,
    onSync: Run['onSync'],
    work: (log: FileLog, disk: ModelProcess) => Promise<void>,
  ) => {
    const disk = model.start({ random, onSync, ...(crashAt !== undefined && { crashAt }) });
    try {
      const log = await open(disk, random, () => (nowMs += 7));
      await work(log, disk);
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
    operations.push(disk.operations);
  };
  for (const { at, loss } of [...plan.crashes, { at: Infinity, loss: 'bare' } as Crash]) {
    await run(at, failing > 0 ? unsure : onSync, (log, disk) =>
      work(log, disk, oracle, (ms) => (nowMs += ms)),
    );
    if (loss !== 'killed') model.losePower(() => loss === 'lucky' && random() < 0.5);
  }
  await run(undefined, failing > 0 ? undefined : onSync, (log) => oracle.verify(log));
  return operations;
}

function open(disk: ModelProcess, random: () => number, now: () => number): Promise<FileLog> {
  return FileLog.open({
    folder: FOLDER,
    disk,
    timing: {
      now,
      after: (_ms, call) => {
        let isOff = false;
        void Promise.resolve().then(() => isOff || call());
        return () => (isOff = true);
      },
    },
    randomTag: () => Buffer.from(Array.from({ length: 8 }, () => Math.floor(random() * 256))),
    lock: () => Promise.resolve({ assertHeld: () => Promise.resolve(), release: () => Promise.resolve() }),
    settings: { ...FILE_LOG_SETTINGS, segmentBytes: 500, segmentMs: 10_000, maxGroupBytes: 400 },
  });
}

/** Does what a collector and a loader do in an hour. */
async function work(
  log: FileLog,
  disk: ModelProcess,
  oracle: CrashOracle,
  pass: (ms: number) => void,
): Promise<void> {
  const beside = new FileLogReader(disk, FOLDER);
  const append = async (stream: string, count: number): Promise<void> => {
    const values = oracle.values(count);
    await unlessRefused(async () => {
      const { first } = await log.append(stream, values);
      oracle.acknowledge(stream, first, values);
    });
  };
  const trim = async (stream: string, limit: { keepMs?: number; keepBytes?: number }): Promise<void> => {
    const rule = { ...limit, committed: oracle.progressOf(stream) };
    await unlessRefused(async () => {
      oracle.trimmedTo(stream, await log.trim({ stream, partition: 0 }, rule));
    });
  };
  await oracle.look(log);
  await oracle.load(log);
  await trim('views', { keepBytes: 600 });
  await trim('edits', { keepMs: 10_000 });
  await append('views', 2);
  await all([append('views', 3), append('views', 1), append('edits', 2), oracle.load(beside)]);
  await append('views', 4);
  await all([append('views', 5), oracle.load(beside)]);
  await oracle.load(log);
  await trim('views', { keepBytes: 0 });
  pass(20_000);
  await trim('edits', { keepMs: 10_000 });
  await all([append('edits', 1), append('views', 1)]);
  await beside.close();
  await log.close();
}

/** Like Promise.all, but waits for all of them also when one has failed. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const other = failures.find((error) => !isExpected(error));
  if (failures.length > 0) throw other ?? failures[0];
}

/** Goes on after the disk has failed: nothing was promised then. */
async function unlessRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!hasCause(error, (cause) => hasCode(cause, 'EIO'))) throw error;
  }
}

/** Tells whether an error comes from the crash, or from a disk that failed at the start. */
function isExpected(error: unknown): boolean {
  return hasCause(error, (cause) => cause instanceof CrashError || hasCode(cause, 'EIO'));
}

function hasCause(error: unknown, is: (cause: unknown) => boolean): boolean {
  return is(error) || (error instanceof Error && hasCause(error.cause, is));
}
