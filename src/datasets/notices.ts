import { type FSWatcher, watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

/** The names in a folder whose changes matter. */
type Names = Set<string> | 'all';

/**
 * The system's notices of changes to folders and files. They are not reliable: network file systems don't
 * report changes by other machines, and a system can run out of watches.
 */
export class Notices {
  readonly #onChange: () => void;
  readonly #listen: typeof watch;
  #watchers: FSWatcher[] = [];

  /**
   * @param onChange called for every change, possibly several times
   * @param listen watches a folder through the system
   */
  constructor(onChange: () => void, listen: typeof watch = watch) {
    this.#onChange = onChange;
    this.#listen = listen;
  }

  /** Watches these folders and files only. A replaced folder must be followed again. */
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
        if (name === null || names === 'all' || names.has(name)) this.#onChange();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // The folder doesn't exist or can't be watched.
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
  // A folder may be replaced under its name, and a file may be a symbolic link.
  for (const path of [...folders, ...files].map((one) => resolve(one))) {
    add(path);
    add(await realpath(path).catch(() => path));
  }
  return wanted;
}
