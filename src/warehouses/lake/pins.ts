import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../files/file-error.ts';
import { renameDurably } from '../../files/durable.ts';

/** Where readers say which files they read, in the lake's folder. */
const FOLDER = '_pins';
/**
 * How long a read lasts until it says so, and how often it says so again, in ms: well within the time
 * that superseded files stay anyway. Most reads are over by then, and cost nothing.
 */
export const PIN_MS = 20_000;
/** A pin that wasn't renewed for so long is one of a reader that was killed. Clocks of hosts differ by less. */
const EXPIRES_MS = 10 * 60_000;

interface PinText {
  readonly table: string;
  readonly files: readonly string[];
}

/** What a read keeps from being deleted while it lasts. */
export interface Pin {
  /** Lets go of the files. */
  end(): Promise<void>;
}

/**
 * Keeps the files of a table that a read needs, however long it takes, when they are superseded meanwhile.
 * Where the folder can't be written to, they stay for the grace only.
 * @param root the lake's folder
 * @param files paths in the table's folder
 */
export function pinFiles(root: string, table: string, files: readonly string[]): Pin {
  const path = join(root, FOLDER, `${randomUUID()}.json`);
  let isWritten = false;
  let saying: Promise<void> = Promise.resolve();
  const say = async (): Promise<void> => {
    if (isWritten) return utimes(path, new Date(), new Date());
    const text: PinText = { table, files };
    await mkdir(join(root, FOLDER), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(text));
    await renameDurably(`${path}.new`, path);
    isWritten = true;
  };
  const timer = setInterval(() => {
    saying = saying.then(say).catch(() => undefined);
  }, PIN_MS).unref();
  return {
    end: async () => {
      clearInterval(timer);
      await saying;
      if (isWritten) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** The files of a table that readers need, by their paths in its folder. Only the lease's holder may ask. */
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
      // Its reader has just ended.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return pinned;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
