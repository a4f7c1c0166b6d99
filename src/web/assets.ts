import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Compressor } from '../api/conditional.ts';
import { sendRendered } from '../api/send.ts';
import { Problem } from '../core/problem.ts';
import { etagOf, type Rendered } from '../read/answer-cache.ts';

/** Where the build puts what browsers load: beside this file. */
const FOLDER = fileURLToPath(new URL('assets/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Scripts, styles and pictures of the pages. Their URLs change with what is in them, so that they may be kept for good. */
export class Assets {
  readonly #files = new Map<string, Rendered & { url: string }>();

  /** Reads them all: they are few. */
  constructor() {
    for (const name of readdirSync(FOLDER)) {
      const body = readFileSync(FOLDER + name);
      const hash = createHash('sha256').update(body).digest('base64url').slice(0, 10);
      const type = TYPES[extname(name)];
      if (!type) throw new Error(`no type is known for the asset ${name}`);
      const url = `/assets/${name}?v=${hash}`;
      this.#files.set(name, {
        url,
        body,
        type,
        etag: etagOf(body),
        version: 0,
        closed: true,
        stale: false,
        hit: true,
      });
    }
  }

  /** @throws Error for a name that isn't there: a defect of the page that wants it */
  urlOf(name: string): string {
    const file = this.#files.get(name);
    if (!file) throw new Error(`there is no asset ${name}`);
    return file.url;
  }

  register(app: FastifyInstance, compressor: Compressor): void {
    app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
      const file = this.#files.get(request.params.name);
      if (!file) throw new Problem('no-route', 'invalid route');
      return sendRendered(request, reply, file, compressor);
    });
  }
}
