import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LeaseHeldError } from '../src/core/engine-error.ts';
import { acquireLease, type FileLease } from '../src/files/file-lease.ts';
import { StartError } from './start-error.ts';

/** The folder of an engine's state, which one process has at a time. */
export interface StateFolder {
  readonly path: string;
  readonly lease: FileLease;
}

/**
 * Takes a folder for an engine, and makes it where there is none.
 * @param inside folders in it that the engine wants
 * @param scratch one whose files are of no use to the next run
 * @throws StartError when another process has it
 */
export async function takeFolder(
  folder: string,
  inside: readonly string[],
  scratch: string,
): Promise<StateFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true });
  const lease = await leaseOf(path);
  await rm(join(path, scratch), { recursive: true, force: true });
  for (const name of [...inside, scratch]) await mkdir(join(path, name), { recursive: true });
  return { path, lease };
}

async function leaseOf(path: string): Promise<FileLease> {
  const holder = `process ${process.pid}`;
  try {
    return await acquireLease(join(path, 'lease.json'), holder, AbortSignal.abort());
  } catch (error) {
    if (error instanceof LeaseHeldError) {
      throw new StartError(`${path} is in use: ${error.holder} runs an engine in it`);
    }
    throw error;
  }
}
