import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../files/file-error.ts';
import { renameDurably } from '../../files/durable.ts';
import { namesIn } from '../../files/names-in.ts';

/** The subfolder of the lake in which readers name the files they read. */
const FOLDER = '_pins';
/**
 * How long a read lasts before it writes a pin, and how often it renews the pin, in ms. This is well below
 * the grace of superseded files. Most reads end earlier and cost nothing.
 */
export const PIN_MS = 20_000;
/** The age after which a pin belongs to a reader that was killed, in ms. Clocks of hosts differ by less. */
const EXPIRES_MS = 10 * 60_000;

interface PinText {
  readonly table: string;
  readonly files: readonly string[];
}

/** Keeps the files of a read from being deleted. */
export interface Pin {
  /** Releases the files. */
  end(): Promise<void>;
}

/**
 * Keeps the files that a read needs for as long as it takes, even when they are superseded meanwhile. If the
 * lake's folder can't be written to, superseded files stay only for the grace.
 * @param root the lake's folder
 * @param files paths relative to the table's folder
 */
export function pinFiles(root: string, table: string, files: readonly string[]): Pin {
  const path = join(root, FOLDER, `${randomUUID()}.json`);
  let isWritten = false;
  let renewing: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    if (isWritten) return utimes(path, new Date(), new Date());
    const text: PinText = { table, files };
    await mkdir(join(root, FOLDER), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(text));
    await renameDurably(`${path}.new`, path);
    isWritten = true;
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew).catch(() => undefined);
  }, PIN_MS).unref();
  return {
    end: async () => {
      clearInterval(timer);
      await renewing;
      if (isWritten) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** Returns the pinned files of a table, as paths in its folder. Only the lease's holder may call this. */
export async function pinnedFiles(root: string, table: string, now: number): Promise<ReadonlySet<string>> {
  const pinned = new Set<string>();
  for (const name of await namesIn(join(root, FOLDER))) {
    const path = join(root, FOLDER, name);
    try {
      const { mtimeMs } = await stat(path);
      if (now - mtimeMs > EXPIRES_MS) await rm(path, { force: true });
      else if (name.endsWith('.json')) {
        const pin = JSON.parse(await readFile(path, 'utf8')) as PinText;
        if (pin.table === table) for (const file of pin.files) pinned.add(file);
      }
    } catch (error) {
      // The reader of this pin has just ended.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return pinned;
}

/** Returns the files of a table that anybody may be reading, as paths in its folder. It changes nothing. */
export async function pinnedNow(root: string, table: string): Promise<ReadonlySet<string>> {
  const pinned = new Set<string>();
  for (const name of await namesIn(join(root, FOLDER))) {
    if (!name.endsWith('.json')) continue;
    // A pin that is gone belongs to a reader that has just ended.
    const text = await readFile(join(root, FOLDER, name), 'utf8').catch(() => undefined);
    const pin = text === undefined ? undefined : (JSON.parse(text) as PinText);
    if (pin?.table === table) for (const file of pin.files) pinned.add(file);
  }
  return pinned;
}
