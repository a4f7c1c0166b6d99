import { type FSWatcher, watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

/** The names in a folder whose changes matter. */
type Names = Set<string> | 'all';

/**
 * What the system tells of changes to folders and files. It can't be relied on: network file systems
 * tell nothing of what other machines change, and a system may have no watches left.
 */
export class Notices {
  readonly #told: () => void;
  readonly #listen: typeof watch;
  #watchers: FSWatcher[] = [];

  /**
   * @param told called for every change, perhaps several times for one
   * @param listen what asks the system for its notices
   */
  constructor(told: () => void, listen: typeof watch = watch) {
    this.#told = told;
    this.#listen = listen;
  }

  /** Listens to these, and to nothing else any more. A folder that was replaced is another one: follow it again. */
  async follow(folders: readonly string[], files: readonly string[]): Promise<void> {
    const wanted = await namesByFolder(folders, files);
    this.close();
    for (const [folder, names] of wanted) this.#watch(folder, names);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #watch(folder: string, names: Names): void {
    try {
      const watcher = this.#listen(folder, { persistent: false }, (_, name) => {
        if (name === null || names === 'all' || names.has(name)) this.#told();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // It isn't there, or can't be watched.
    }
  }
}

async function namesByFolder(
  folders: readonly string[],
  files: readonly string[],
): Promise<Map<string, Names>> {
  const wanted = new Map<string, Names>();
  const add = (path: string): void => {
    const names = wanted.get(dirname(path)) ?? new Set();
    if (names !== 'all') wanted.set(dirname(path), names.add(basename(path)));
  };
  for (const folder of folders) wanted.set(resolve(folder), 'all');
  // Its name may come to stand for another folder, and a file may be a symbolic link.
  for (const path of [...folders, ...files].map((one) => resolve(one))) {
    add(path);
    add(await realpath(path).catch(() => path));
  }
  return wanted;
}
