import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startGateway } from '../support/gateway.ts';
import { ClientPage } from './pages/page.ts';

/*
 * docs/observable.md: Observable Framework runs the loader, as its build does. FRAMEWORK names the folder into which npm
 * has installed it. No whole site is built: for each, Framework asks a network that a test hasn't got for the libraries
 * that draw. What the page does with the rows runs here as it is written.
 */
const framework = process.env['FRAMEWORK'] ?? '/nowhere';
const module = join(framework, 'node_modules/@observablehq/framework/dist/loader.js');

/** What builds and previews call for each file that a page names. */
interface Framework {
  readonly LoaderResolver: new (options: { readonly root: string }) => {
    find(path: string): { load(options: object, effects: typeof silent): Promise<string> } | undefined;
  };
}
const silent = {
  logger: { log: () => undefined, warn: () => undefined, error: () => undefined },
  output: { write: () => undefined },
};

interface Row {
  readonly article: string;
  readonly timestamp: Date;
  readonly views: number;
}

void test(
  'a loader of Observable Framework has the numbers, and the page makes dates and numbers of them',
  { skip: existsSync(module) ? false : 'there is no Observable Framework in FRAMEWORK' },
  async () => {
    const gateway = await startGateway();
    const site = await mkdtemp(join(tmpdir(), 'kraken-observable-'));
    try {
      await gateway.loadSample();
      await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
      const page = new ClientPage(
        'observable',
        `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`,
      );
      const [loader, shows] = page.pieces('js').map(({ code }) => code);
      await writeFile(join(site, 'package.json'), '{ "type": "module" }');
      await writeFile(join(site, 'views.csv.js'), loader ?? '');
      const { LoaderResolver } = (await import(pathToFileURL(module).href)) as Framework;
      const made = await new LoaderResolver({ root: site }).find('/views.csv')?.load({}, silent);
      const text = await readFile(join(site, made ?? ''), 'utf8');
      const [head = '', ...lines] = text.trim().split('\r\n');
      const names = head.split(',');
      const csv = lines.map(
        (line) =>
          Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell] as const)) as object,
      );
      // No title here has a comma, so this is what FileAttachment.csv gives.
      const rows = await shown(shows ?? '', csv);
      assert.equal(rows.length, 2 * 84);
      assert.deepEqual(rows[0]?.timestamp, new Date(Date.UTC(2016, 0, 1)));
      assert.equal(
        rows.reduce((sum, { views }) => sum + views, 0),
        20_142_986,
      );
    } finally {
      await gateway.close();
      await rm(site, { recursive: true });
    }
  },
);

/** Runs the code of the page. @returns the rows that it draws */
async function shown(code: string, csv: readonly object[]): Promise<readonly Row[]> {
  let drawn: readonly Row[] = [];
  const AsyncFunction = shown.constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  const run = new AsyncFunction('FileAttachment', 'Plot', 'display', code);
  const plot = { lineY: (rows: readonly Row[]) => ({ plot: () => (drawn = rows) }) };
  await run(
    () => ({ csv: () => Promise.resolve(csv) }),
    plot,
    () => undefined,
  );
  return drawn;
}
