import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Compressor } from '../api/http/conditional.ts';
import { CACHE_CONTROL } from '../api/http/headers.ts';
import { sendRendered } from '../api/http/send.ts';
import { Problem } from '../core/problem.ts';
import { cachedCopy, madeNow, type Rendered } from '../read/answer-cache.ts';

/** The folder into which the build puts the files for browsers, beside this file. */
const FOLDER = fileURLToPath(new URL('assets/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};
const FOR_GOOD = { 'cache-control': CACHE_CONTROL.forGood };

/** Scripts, styles and pictures of the pages. Their URLs contain a digest of the file, so that caches may keep them forever. */
export class Assets {
  /** The digests of the files, made by the build, by name. */
  readonly #digests: Readonly<Record<string, string>>;
  /** The files that were requested so far. */
  readonly #files = new Map<string, Promise<Rendered>>();

  constructor() {
    this.#digests = JSON.parse(readFileSync(`${FOLDER}digests.json`, 'utf8')) as Record<string, string>;
    for (const name of Object.keys(this.#digests))
      if (!TYPES[extname(name)]) throw new Error(`no type is known for the asset ${name}`);
  }

  /** Returns the URL of an asset. @throws Error for an unknown name, which is a defect of the page */
  urlOf(name: string): string {
    const digest = this.#digests[name];
    if (digest === undefined) throw new Error(`there is no asset ${name}`);
    return `/assets/${name}?v=${digest}`;
  }

  register(app: FastifyInstance, compressor: Compressor): void {
    app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
      const { name } = request.params;
      if (!Object.hasOwn(this.#digests, name)) throw new Problem('no-route', 'invalid route');
      // A URL with another digest gets the current file, without the long caching. Names of chunks contain a digest.
      const current = request.url === this.urlOf(name) || name.startsWith('chunk-');
      const isKept = this.#files.has(name);
      const made = await this.#read(name);
      const file = isKept ? made : { ...made, hit: false };
      return sendRendered(request, reply, file, compressor, current ? { headers: FOR_GOOD } : {});
    });
  }

  async #read(name: string): Promise<Rendered> {
    let file = this.#files.get(name);
    if (!file) {
      this.#files.set(name, (file = render(name)));
      // A failure isn't kept: a machine that has no file handles left may have some later.
      file.catch(() => this.#files.delete(name));
    }
    return file;
  }
}

async function render(name: string): Promise<Rendered> {
  return cachedCopy(madeNow(await readFile(FOLDER + name), TYPES[extname(name)] as string));
}
