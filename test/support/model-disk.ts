import { basename, dirname } from 'node:path';
import type { Disk, DiskFile, OpenFlags } from '../../src/disk/disk.ts';
import { ModelFile, ModelFolder, type ModelNode } from './model-nodes.ts';

/** The process was killed, or the power failed, at this operation. */
export class CrashError extends Error {}

export interface Run {
  /** The operation, from 1, that is the process's last; none where it is absent. */
  readonly crashAt?: number;
  /** Decides what becomes of the operation at which it crashes. */
  readonly random: () => number;
  /** What becomes of a sync: by itself it is done. */
  readonly onSync?: (path: string) => 'done' | 'skipped' | 'failed';
  /** The system's code with which an operation fails; undefined where it succeeds. */
  readonly onWrite?: (path: string, bytes: number) => string | undefined;
}

/**
 * A disk in memory for tests of what survives. It keeps apart what a process sees and what is durable:
 * bytes of files until the file is synced, names until the folder is. `start` gives the disk as one
 * process sees it, which may crash; after a crash, or at any time, `losePower` forgets the rest.
 */
export class ModelDisk {
  readonly #root = new ModelFolder();

  start(run: Run): ModelProcess {
    return new ModelProcess(this.#root, run);
  }

  /** @param survives whether the next sector, length or change of a name is durable by luck */
  losePower(survives: () => boolean): void {
    this.#root.losePower(survives);
  }
}

/** The disk as a process sees it. */
export class ModelProcess implements Disk {
  readonly #root: ModelFolder;
  readonly #run: Run;
  /** How many operations were begun. */
  operations = 0;
  #crashed = false;

  constructor(root: ModelFolder, run: Run) {
    this.#root = root;
    this.#run = run;
  }

  async open(path: string, flags: OpenFlags): Promise<DiskFile> {
    let found: ModelNode | undefined;
    const find = (): void => void (found = this.#opened(path, flags));
    if (flags === 'r' || flags === 'r+') {
      this.#live();
      find();
    } else await this.#operation(find);
    const file = (): ModelFile => {
      if (found instanceof ModelFile) return found;
      throw systemError('EISDIR', path);
    };
    return {
      read: async (into, at) => {
        this.#live();
        const bytes = file().content.subarray(at, at + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: (bytes, at) => this.#write(path, file(), bytes, at),
      truncate: (length) => this.#operation(() => file().truncate(length)),
      size: async () => {
        this.#live();
        return file().content.length;
      },
      sync: () => this.#sync(path, found as ModelNode),
      close: async () => this.#live(),
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.#operation(() => {
      const node = this.#folder(from).names.get(basename(from));
      if (!node) throw systemError('ENOENT', from);
      if (dirname(from) === dirname(to)) {
        this.#folder(from).change([basename(from), undefined], [basename(to), node]);
        return;
      }
      this.#folder(to).change([basename(to), node]);
      this.#folder(from).change([basename(from), undefined]);
    });
  }

  async mkdir(folder: string): Promise<string | undefined> {
    if (folder === dirname(folder) || this.#find(folder) instanceof ModelFolder) return undefined;
    const first = await this.mkdir(dirname(folder));
    await this.#operation(() => this.#folder(folder).change([basename(folder), new ModelFolder()]));
    return first ?? folder;
  }

  async list(folder: string): Promise<string[]> {
    this.#live();
    const node = this.#find(folder);
    if (!(node instanceof ModelFolder)) throw systemError('ENOENT', folder);
    return [...node.names.keys()];
  }

  async size(path: string): Promise<number> {
    this.#live();
    const node = this.#find(path);
    if (!(node instanceof ModelFile)) throw systemError('ENOENT', path);
    return node.content.length;
  }

  remove(path: string): Promise<void> {
    return this.#operation(() => {
      if (!(this.#find(path) instanceof ModelFile)) throw systemError('ENOENT', path);
      this.#folder(path).change([basename(path), undefined]);
    });
  }

  removeFolder(folder: string): Promise<void> {
    return this.#operation(() => {
      const node = this.#find(folder);
      if (!(node instanceof ModelFolder)) throw systemError('ENOENT', folder);
      if (node.names.size > 0) throw systemError('ENOTEMPTY', folder);
      this.#folder(folder).change([basename(folder), undefined]);
    });
  }

  #opened(path: string, flags: OpenFlags): ModelNode {
    const known = path === '/' ? this.#root : this.#find(path);
    if (flags === 'wx' && known) throw systemError('EEXIST', path);
    if (flags === 'r' || flags === 'r+') {
      if (!known) throw systemError('ENOENT', path);
      return known;
    }
    if (known instanceof ModelFile) {
      known.truncate(0);
      return known;
    }
    const file = new ModelFile();
    this.#folder(path).change([basename(path), file]);
    return file;
  }

  #write(path: string, file: ModelFile, bytes: Uint8Array, at: number): Promise<void> {
    const code = this.#run.onWrite?.(path, bytes.length);
    return this.#operation(
      () => {
        if (code === undefined) file.write(bytes, at);
        else throw systemError(code, path);
      },
      () => file.write(bytes.subarray(0, Math.floor(this.#run.random() * bytes.length)), at),
    );
  }

  #sync(path: string, node: ModelNode): Promise<void> {
    const outcome = this.#run.onSync?.(path) ?? 'done';
    return this.#operation(() => {
      if (outcome === 'done') node.sync();
      if (outcome !== 'failed') return;
      node.failSync();
      throw systemError('EIO', path);
    });
  }

  /** Counts an operation that changes something. @param torn what it leaves when the process crashes in it */
  async #operation(work: () => void, torn: () => void = work): Promise<void> {
    this.#live();
    this.operations++;
    if (this.operations === this.#run.crashAt) {
      this.#crashed = true;
      if (this.#run.random() < 0.5) torn();
      throw new CrashError('crashed');
    }
    work();
    // As on a real disk, others go on meanwhile.
    await Promise.resolve();
  }

  #live(): void {
    if (this.#crashed) throw new CrashError('crashed');
  }

  #folder(path: string): ModelFolder {
    const folder = this.#find(dirname(path));
    if (!(folder instanceof ModelFolder)) throw systemError('ENOENT', path);
    return folder;
  }

  #find(path: string): ModelFile | ModelFolder | undefined {
    let node: ModelFile | ModelFolder | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      node = node instanceof ModelFolder ? node.names.get(name) : undefined;
    }
    return node;
  }
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
