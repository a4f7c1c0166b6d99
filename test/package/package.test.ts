import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// npm run test:package: what npm pack makes, installed as a user does, from the package registry.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const { PATH = '', HOME = '' } = process.env;

let folder: string;
let prefix: string;
/** A folder with nothing in it, where the command is run. */
let empty: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kraken-package-'));
  prefix = join(folder, 'prefix');
  empty = join(folder, 'empty');
  mkdirSync(empty);
  run('npm', ['pack', '--pack-destination', folder], ROOT);
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.tgz'));
  run('npm', ['install', '--global', '--prefer-offline', '--prefix', prefix, join(folder, name)], empty);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const kraken = (...args: string[]): string => run(join(prefix, 'bin/kraken'), args, empty);

void test('every command runs from an empty folder', () => {
  assert.match(kraken('--version'), /^\d+\.\d+\.\d+\n$/);
  assert.match(kraken('config'), /^KRAKEN_PORT=8080 \(default\)$/m);
  assert.match(kraken('catalogue'), /^pageviews-per-article$/m);
  for (const name of ['import', 'query', 'datasets', 'serve']) assert.match(kraken(name, '--help'), /^Usage/);
});

void test('it serves the sample, its pages and its data sets', async () => {
  const env = { PATH, HOME };
  const flags = ['--sample', '--port', '0', '--admin-port', 'off', '--log-format', 'json'];
  const gateway = spawn(join(prefix, 'bin/kraken'), ['serve', ...flags], { cwd: empty, env });
  const ended = once(gateway, 'exit').then(() => undefined);
  try {
    let text = '';
    gateway.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const serving = (): string | undefined => /"api":"([^"]+)".*"msg":"serving"/.exec(text)?.[1];
    while (serving() === undefined)
      assert.ok(await Promise.race([once(gateway.stdout, 'data'), ended]), 'it ended');
    const origin = serving() as string;
    const year =
      '/metrics/edits/aggregate/en.wikipedia/all-editor-types/all-page-types/monthly/20210101/20220101';
    const paths = [year, '/', '/docs', '/docs/graphiql', '/openapi.json', '/dashboards/reportcard'];
    for (const path of paths) {
      const answer = await fetch(origin + path, { headers: { accept: 'text/html, application/json' } });
      const body = await answer.text();
      assert.equal(answer.status, 200, path);
      for (const [asset] of body.matchAll(/\/assets\/[^"'\s)]+/g))
        assert.equal((await fetch(origin + asset)).status, 200, `${path}: ${asset}`);
    }
  } finally {
    gateway.kill('SIGTERM');
    await ended;
  }
});

void test('nothing that only builds or tests is installed', () => {
  const installed = readdirSync(join(prefix, 'lib/node_modules/kraken/node_modules'));
  for (const name of [
    'typescript',
    'esbuild',
    'puppeteer-core',
    'oxlint',
    'prettier',
    'react',
    'graphiql',
    'c8',
  ])
    assert.ok(!installed.includes(name), name);
});

void test('hive-driver is installed with the Thrift that it is tested with', () => {
  const modules = join(prefix, 'lib/node_modules/kraken/node_modules');
  assert.ok(readdirSync(modules).includes('thrift'));
  assert.ok(!readdirSync(join(modules, 'hive-driver')).includes('node_modules'));
});
