import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { Addresses } from '../datasets/remote/addresses.ts';
import { RemoteFiles } from '../datasets/remote/remote-files.ts';

/** How long a gateway that starts waits for a file that was never fetched, in ms. Others must not wait for it. */
const GATEWAY_PATIENCE_MS = 10_000;
/** How long a check waits, in ms. It is longer than a fetch may take. */
const CHECK_PATIENCE_MS = 20 * 60_000;

/**
 * The files of data sets' URLs.
 * @param role a gateway fetches them; its workers, and commands, read what it fetched
 */
export function remoteFiles(config: Config, role: 'fetches' | 'reads'): RemoteFiles {
  const folder = join(config.data, 'fetched');
  const isReader = role === 'reads';
  return new RemoteFiles({ ...boundsOf(config), folder, patienceMs: GATEWAY_PATIENCE_MS, isReader });
}

/** Fetches the files of data sets' URLs for a check, which keeps nothing. */
export async function withCheckedFiles<Result>(
  config: Config,
  work: (remote: RemoteFiles) => Promise<Result>,
): Promise<Result> {
  const folder = join(tmpdir(), `kraken-fetched-${randomUUID()}`);
  try {
    return await work(new RemoteFiles({ ...boundsOf(config), folder, patienceMs: CHECK_PATIENCE_MS }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function boundsOf({ fetchNetworks, fetchMaxMb }: Config) {
  return { addresses: new Addresses(fetchNetworks), maxBytes: fetchMaxMb * 2 ** 20, clock: Date };
}
