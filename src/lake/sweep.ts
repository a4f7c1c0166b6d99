import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { isAlive } from '../files/process-alive.ts';

/** How long a superseded file stays for readers that opened an older manifest. */
export const GRACE_MS = 60_000;

/** The superseded files of a manifest whose grace isn't over. */
export function inGrace(manifest: Manifest, now: number): Manifest['superseded'] {
  return manifest.superseded.filter(({ since }) => now - since < GRACE_MS);
}

/**
 * Deletes the files of a table that its manifest doesn't name, or names as superseded for longer
 * than the grace: also those of a write that was killed. Only the lease's holder may.
 */
export async function sweepTable(folder: string, manifest: Manifest | undefined, now: number): Promise<void> {
  const kept = new Set<string>();
  if (manifest) {
    for (const { files } of manifest.partitions.values()) for (const path of files) kept.add(path);
    for (const { path } of inGrace(manifest, now)) kept.add(path);
  }
  for (const path of await list(folder, true)) {
    if (path.endsWith('.parquet') && !kept.has(path)) await rm(join(folder, path), { force: true });
  }
}

/** Deletes what killed processes left among the temporaries. Only the lease's holder may. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const ownHost = `spill-${hostname()}-`;
  for (const name of await list(folder, false)) {
    const pid = name.startsWith(ownHost) ? Number.parseInt(name.slice(ownHost.length), 10) : undefined;
    const stale = name.startsWith('write-') || (pid !== undefined && !isAlive(pid));
    if (stale) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function list(folder: string, recursive: boolean): Promise<string[]> {
  try {
    return await readdir(folder, { recursive });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
