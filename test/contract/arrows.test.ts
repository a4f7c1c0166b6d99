import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/**
 * What each folder of src/ may import from, besides itself; `*` is any engine's. An engine sees no
 * other engine; the files of src/ itself put the parts together and may import them all, and nobody
 * imports those.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'core/query': ['core'],
  metrics: ['core'],
  formats: ['core', 'core/query', 'formats/chart'],
  'formats/chart': ['core', 'formats'],
  files: ['core'],
  disk: ['files'],
  log: ['core'],
  'log/files': ['core', 'disk', 'files', 'log'],
  streams: ['core', 'datasets', 'log'],
  lake: ['core', 'files', 'warehouses'],
  stores: ['core'],
  'stores/*': ['core', 'files', 'stores'],
  warehouses: ['core'],
  'warehouses/*': ['core', 'files', 'lake', 'warehouses'],
  read: ['core', 'core/query', 'stores', 'warehouses'],
  load: ['core', 'formats', 'stores', 'warehouses'],
  'load/events': ['core', 'files', 'load', 'load/xml', 'warehouses'],
  'load/xml': [],
  datasets: ['core', 'formats', 'lake', 'load', 'warehouses'],
  api: ['core', 'core/query', 'read', 'formats', 'api/rest', 'api/graphql', 'api/limn'],
  'api/rest': ['core', 'read', 'formats', 'api'],
  'api/grafana': ['core', 'read', 'formats', 'api'],
  'api/limn': ['core', 'read', 'formats', 'api'],
  'api/graphql': ['core', 'core/query', 'read', 'formats', 'api'],
  web: [
    'core',
    'core/query',
    'read',
    'formats',
    'formats/chart',
    'api',
    'api/graphql',
    'web/pages',
    'web/pages/explorer',
  ],
  'web/pages': ['core', 'core/query', 'read', 'formats', 'formats/chart', 'api', 'api/graphql', 'web'],
  'web/pages/explorer': [
    'core',
    'core/query',
    'read',
    'formats',
    'formats/chart',
    'api',
    'api/graphql',
    'web',
    'web/pages',
  ],
  'web/client': ['core', 'formats/chart'],
};

/** The line of the table that a folder has. */
function lineOf(folder: string): string {
  return folder.replace(/^(stores|warehouses)\/[^/]+$/, '$1/*');
}

/** The folder of each file that a file imports, types included. */
function importedFolders(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const targets = text.matchAll(/(?:from|import\(|import|new URL\()\s*'(\.[^']*)'/g);
  return [...targets].map((match) => folderOf(normalize(join(dirname(file), match[1] as string))));
}

function folderOf(file: string): string {
  return dirname(file).replaceAll(sep, '/');
}

// Declarations stand for code that isn't written here.
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
);

void test('every folder of src/ imports only from those below it', () => {
  assert.ok(files.length > 0);
  const wrong = files
    .filter((file) => folderOf(file) !== '.')
    .flatMap((file) => {
      const folder = folderOf(file);
      const allowed = [folder, ...(ARROWS[lineOf(folder)] ?? [])];
      const others = importedFolders(file).filter((target) => !allowed.includes(target));
      return others.map((target) => `${file} imports from ${target === '.' ? 'src/ itself' : target}`);
    });
  assert.deepEqual(wrong, []);
});

void test('every folder of src/ has its place in the table, and the table names no other', () => {
  const folders = new Set(
    files
      .map(folderOf)
      .filter((folder) => folder !== '.')
      .map(lineOf),
  );
  assert.deepEqual(Object.keys(ARROWS).toSorted(), [...folders].toSorted());
});

void test('the table has no two folders that need each other, but for the parts of one whole', () => {
  for (const [folder, others] of Object.entries(ARROWS)) {
    for (const other of others) {
      if (['api', 'web', 'formats'].some((whole) => folder.startsWith(whole) && other.startsWith(whole)))
        continue;
      assert.ok(!ARROWS[other]?.includes(folder), `${folder} and ${other}`);
    }
  }
});
