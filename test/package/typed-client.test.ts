import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * openapi-typescript makes types of our OpenAPI document, by which openapi-fetch asks. The packages come from the
 * registry, because openapi-typescript needs an older TypeScript than this repository has.
 */

const DOCUMENT = fileURLToPath(new URL('../../../openapi/openapi.json', import.meta.url));
const PACKAGES = ['openapi-typescript@7.13.0', 'openapi-fetch@0.17.0', 'typescript@5.9.3'];

/** What a program that asks by types looks like. @param path the values of the path's parameters */
const program = (path: string): string => `
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl: 'http://127.0.0.1' });

export async function views(): Promise<(number | null)[]> {
  const { data, error } = await client.GET(
    '/metrics/pageviews/per-article/{project}/{access}/{agent}/{article}/{granularity}/{start}/{end}',
    { params: { path: { project: 'en.wikipedia', agent: 'user', article: 'Cat', ${path}, start: '20240101', end: '20240131' } } },
  );
  if (error) throw new Error(error.parameter ?? error.detail);
  return data.items.map((item) => item.views);
}
`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kraken-typed-client-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}');
  const { status, stderr } = run('npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    ...PACKAGES,
  ]);
  assert.equal(status, 0, stderr);
  const made = run('npx', ['--no-install', 'openapi-typescript', DOCUMENT, '-o', 'api.d.ts']);
  assert.equal(made.status, 0, made.stderr);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function run(
  command: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
}

function compile(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
  return run('npx', ['--no-install', 'tsc', ...flags, name]).stdout;
}

void test('items and problems are typed without a cast', () => {
  assert.equal(compile('right.ts', program("access: 'desktop', granularity: 'daily'")), '');
});

void test('a value that is not allowed does not compile', () => {
  assert.match(compile('wrong.ts', program("access: 'desktop', granularity: 'dayly'")), /"dayly"/);
});
