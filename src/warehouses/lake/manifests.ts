import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDurably } from '../../files/durable.ts';
import { onFiles, hasCode } from '../../files/file-error.ts';
import { pauseAfter } from '../../files/slow-look.ts';
import type { ManifestStore, Replacement } from './lake.ts';
import { type Manifest, manifestFromText, manifestToText } from './manifest.ts';

const NAME = '_manifest.json';
/**
 * A file in the lake's folder to which every change of a manifest adds a line, so that readers check only one
 * file for any number of tables.
 */
const REVISION = '_revision';
/** The maximum size of the revision file, in bytes. A larger one is started anew. */
const MAX_REVISION_BYTES = 64 * 1024;

interface Known {
  /** The identity of the file: another file at the same path has another identity. */
  readonly identity: string;
  readonly hash: string;
  readonly manifest: Manifest;
}

/** All manifests, as found by one look. */
interface All {
  readonly revision: string;
  readonly tables: ReadonlyMap<string, Manifest>;
}

/** The manifests of a lake, stored as files in it. A manifest is read again only when its file was replaced. */
export class Manifests implements ManifestStore {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** The result of the last full look. It counts until `until` while the revision file is the same. */
  #last: { readonly all: All; readonly identity: string; readonly until: number } | undefined;

  /** @param now returns a monotonic time in ms */
  constructor(folder: string, now = () => performance.now()) {
    this.#folder = folder;
    this.#now = now;
  }

  /** Returns undefined if the lake has no such table. @throws EngineError if the lake itself is gone */
  async of(table: string): Promise<Manifest | undefined> {
    return onFiles(async () => {
      const known = await this.#look(table);
      if (!known) await stat(this.#folder);
      return known?.manifest;
    });
  }

  /**
   * Costs one `stat` while nothing changes. Changes that leave the revision file alone, made by an older
   * Kraken or by hand, are found within two minutes.
   */
  async all(): Promise<All> {
    // Read before the look, because a change during the look changes the file again.
    const identity = await onFiles(() => this.#identityOfRevision());
    const last = this.#last;
    const started = this.#now();
    if (last && identity !== undefined && last.identity === identity && started < last.until) return last.all;
    const all = await this.#lookAtAll();
    this.#last = identity === undefined ? undefined : { all, identity, until: this.#until(started) };
    return all;
  }

  #until(started: number): number {
    const now = this.#now();
    return now + pauseAfter(now - started);
  }

  /** Returns undefined if there is no revision file: the lake is gone, or only an older Kraken has written it. */
  async #identityOfRevision(): Promise<string | undefined> {
    return identityOf(join(this.#folder, REVISION)).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  async #lookAtAll(): Promise<All> {
    const entries = await onFiles(() => readdir(this.#folder, { withFileTypes: true }));
    const names = entries
      .filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
    const found = await Promise.all(names.map((name) => onFiles(() => this.#look(name))));
    const tables = new Map<string, Manifest>();
    const revision = createHash('sha256');
    for (const [index, name] of names.entries()) {
      const known = found[index];
      if (!known) continue;
      tables.set(name, known.manifest);
      revision.update(`${name}\0${known.hash}\0`);
    }
    return { revision: revision.digest('base64url'), tables };
  }

  /** Replaces a manifest, so that readers see all new files at once. */
  async replace({ table, manifest }: Pick<Replacement, 'table' | 'manifest'>): Promise<void> {
    const path = join(this.#folder, table.name, NAME);
    await onFiles(() => replaceDurably(path, manifestToText(manifest)));
    // The change is made by now and doesn't fail by this: readers find it a little later instead.
    await this.#renewRevision(`${table.name} ${manifest.state.version}\n`).catch(() => undefined);
  }

  async #renewRevision(text: string): Promise<void> {
    const path = join(this.#folder, REVISION);
    const isLong = await stat(path).then(
      ({ size }) => size > MAX_REVISION_BYTES,
      () => false,
    );
    // Each line changes the size, so that even two changes within the clock's resolution differ.
    await writeFile(path, text, { flag: isLong ? 'w' : 'a' });
  }

  async #look(table: string): Promise<Known | undefined> {
    const path = join(this.#folder, table, NAME);
    try {
      const identity = await identityOf(path);
      const known = this.#known.get(table);
      if (known?.identity === identity) return known;
      const text = await readFile(path, 'utf8');
      const hash = createHash('sha256').update(text).digest('base64url');
      const fresh = { identity, hash, manifest: manifestFromText(path, text) };
      this.#known.set(table, fresh);
      return fresh;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}

async function identityOf(path: string): Promise<string> {
  const { ino, mtimeNs, size } = await stat(path, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}
