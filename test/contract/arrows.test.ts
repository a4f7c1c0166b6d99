import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/**
 * What each folder of src/ may import from, besides itself, from the lowest to the highest; `*` is any engine's. An engine sees no
 * other engine; the files of src/ itself put the parts together and may import them all, and nobody
 * but the commands (cli/) and the printer of contracts imports those.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'core/value': [],
  core: [],
  'core/time': [],
  'core/metric': ['core', 'core/value', 'core/time'],
  'core/derived': ['core/value', 'core/time'],
  'core/hint': ['core', 'core/value', 'core/time', 'core/metric'],
  'core/question': ['core', 'core/value', 'core/time', 'core/metric', 'core/derived', 'core/hint'],
  'core/cell': ['core/time', 'core/metric', 'core/question'],
  define: [],
  telemetry: [],
  metrics: ['core', 'core/metric'],
  formats: [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/question',
    'formats/chart',
    'formats/xlsx',
  ],
  'formats/chart': ['core', 'core/value', 'core/time', 'core/metric', 'core/question', 'formats'],
  'formats/xlsx': ['formats'],
  files: ['core'],
  disk: ['files'],
  log: ['core'],
  'log/files': ['core', 'core/time', 'disk', 'files', 'log'],
  'log/kafka': ['core', 'core/time', 'log'],
  stores: ['core', 'core/time', 'core/cell'],
  'stores/*': ['core', 'core/time', 'core/metric', 'core/cell', 'files', 'stores'],
  warehouses: ['core', 'core/time', 'core/metric', 'core/derived', 'core/question'],
  'warehouses/lake': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'files',
    'warehouses',
  ],
  'warehouses/*': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/question',
    'files',
    'warehouses',
    'warehouses/lake',
  ],
  read: [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/hint',
    'core/question',
    'core/cell',
    'stores',
    'warehouses',
  ],
  downloads: ['core', 'core/time', 'core/metric', 'formats', 'files', 'warehouses', 'read'],
  load: [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'core/cell',
    'formats',
    'files',
    'stores',
    'warehouses',
    'warehouses/lake',
  ],
  inspect: [
    'core',
    'core/time',
    'core/metric',
    'core/cell',
    'files',
    'stores',
    'warehouses',
    'warehouses/lake',
    'load',
  ],
  mirror: ['core/time', 'core/metric', 'core/question', 'files', 'load'],
  'load/xml': [],
  'load/events': ['core/value', 'core/time', 'core/metric', 'files', 'warehouses', 'load', 'load/xml'],
  dumps: ['core', 'core/time', 'core/metric', 'metrics', 'files', 'warehouses', 'warehouses/lake', 'load'],
  'dumps/formats': ['core', 'core/time', 'core/metric', 'metrics', 'dumps'],
  datasets: [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'files',
    'warehouses',
    'warehouses/lake',
    'load',
    'datasets/remote',
    'datasets/forms',
    'datasets/sources',
  ],
  'datasets/forms': ['core/time', 'load', 'datasets'],
  'datasets/remote': ['core/time', 'files', 'datasets'],
  'datasets/sources': [
    'core',
    'core/value',
    'core/metric',
    'files',
    'load',
    'warehouses',
    'warehouses/lake',
    'datasets',
    'datasets/forms',
    'datasets/sources/xlsx',
  ],
  'datasets/sources/xlsx': ['core/value', 'core/metric', 'load', 'datasets/sources'],
  'datasets/sketch': [
    'core/value',
    'files',
    'load',
    'datasets',
    'datasets/forms',
    'datasets/remote',
    'datasets/sources',
  ],
  streams: ['core/value', 'core/metric', 'datasets', 'log'],
  collect: ['core', 'core/value', 'core/time', 'log', 'streams', 'telemetry'],
  'collect/client': [],
  'collect/logs': ['core/time', 'files', 'load', 'log', 'streams', 'collect'],
  'collect/trackers': ['core', 'streams', 'collect'],
  raw: [
    'core',
    'core/time',
    'core/metric',
    'files',
    'disk',
    'log',
    'warehouses',
    'warehouses/lake',
    'streams',
    'raw/duckdb',
    'telemetry',
  ],
  'raw/duckdb': ['core/time', 'log', 'streams', 'warehouses/lake', 'raw'],
  'raw/hive': ['core/time', 'streams', 'warehouses/hive', 'raw'],
  refine: [
    'core',
    'core/time',
    'core/metric',
    'files',
    'disk',
    'load',
    'warehouses',
    'warehouses/lake',
    'define',
    'streams',
    'raw',
    'refine/duckdb',
    'telemetry',
  ],
  'stream-metrics': [
    'core/time',
    'core/metric',
    'load',
    'warehouses',
    'warehouses/lake',
    'datasets',
    'streams',
    'raw',
  ],
  edits: [
    'core/time',
    'core/metric',
    'load',
    'load/events',
    'streams',
    'raw',
    'raw/duckdb',
    'stream-metrics',
    'warehouses',
  ],
  'refine/duckdb': [
    'core/time',
    'define',
    'core/metric',
    'warehouses/lake',
    'streams',
    'raw',
    'raw/duckdb',
    'refine',
  ],
  'refine/hive': ['core/time', 'core/metric', 'warehouses/hive', 'refine'],
  feed: ['core', 'core/value', 'core/time', 'core/question', 'formats', 'read'],
  live: [
    'core',
    'core/time',
    'core/metric',
    'core/question',
    'disk',
    'log',
    'warehouses',
    'warehouses/lake',
    'read',
    'define',
    'raw',
    'refine',
    'refine/duckdb',
    'telemetry',
  ],
  'api/http': ['core', 'core/value', 'core/question', 'formats', 'formats/chart', 'read', 'telemetry'],
  'collect/http': ['core', 'log', 'streams', 'collect', 'collect/trackers', 'read', 'api/http'],
  'api/listen': ['core', 'core/time', 'core/question', 'feed', 'read', 'api/http', 'telemetry'],
  'api/catalogue': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/question',
    'formats',
    'read',
    'api/http',
  ],
  'api/corrections': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'api/http',
  ],
  'api/rest': [
    'core',
    'core/value',
    'core/metric',
    'core/hint',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'api/http',
    'feed',
    'api/listen',
  ],
  'api/downloads': [
    'core',
    'core/value',
    'core/metric',
    'formats',
    'read',
    'downloads',
    'api/http',
    'api/rest',
  ],
  'api/query': [
    'core',
    'core/value',
    'core/metric',
    'core/question',
    'formats',
    'read',
    'api/http',
    'api/rest',
    'feed',
    'api/listen',
  ],
  'api/stream': ['core', 'core/value', 'feed', 'read', 'api/http', 'api/listen', 'api/query', 'api/rest'],
  'api/graphql': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'feed',
    'read',
    'api/http',
    'api/listen',
    'api/catalogue',
  ],
  'api/limn': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/hint',
    'core/question',
    'formats',
    'read',
    'api/http',
  ],
  'api/grafana': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'read',
    'api/http',
    'api/catalogue',
  ],
  api: ['core', 'core/value', 'api/http', 'api/rest', 'api/limn'],
  'api/mcp': [
    'core',
    'core/value',
    'core/metric',
    'core/question',
    'formats',
    'read',
    'api/http',
    'api/catalogue',
  ],
  discovery: [
    'downloads',
    'core',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'api/http',
    'api/catalogue',
  ],
  now: ['core', 'core/time', 'core/metric', 'core/question', 'log', 'read'],
  web: [
    'downloads',
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/hint',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'api/http',
    'api/catalogue',
    'discovery',
    'now',
    'web/pages',
    'web/pages/explorer',
    'web/snippets',
  ],
  'web/snippets': ['core/metric', 'core/question', 'formats', 'web'],
  'web/pages': [
    'downloads',
    'core',
    'core/time',
    'core/metric',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'now',
    'web',
    'web/snippets',
  ],
  'web/pages/explorer': [
    'core',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/hint',
    'core/question',
    'formats',
    'formats/chart',
    'read',
    'web',
    'web/snippets',
  ],
  'web/client': ['core/time', 'formats/chart'],
  config: [
    'core/value',
    'core/time',
    'metrics',
    'files',
    'log',
    'log/files',
    'log/kafka',
    'stores',
    'warehouses',
    'stores/hbase',
    'stores/lmdb',
    'warehouses/duckdb',
    'warehouses/hive',
  ],
  workers: ['config', 'read', 'live', 'telemetry'],
  setup: [
    'core',
    'downloads',
    'define',
    'edits',
    'load',
    'load/events',
    'raw',
    'refine',
    'stream-metrics',
    'collect',
    'collect/http',
    'api/http',
    'log',
    'streams',
    'core/time',
    'core/metric',
    'metrics',
    'files',
    'stores',
    'warehouses',
    'read',
    'load',
    'log',
    'raw',
    'raw/hive',
    'streams',
    'datasets',
    'datasets/remote',
    'datasets/sources',
    'api/graphql',
    'api/listen',
    'feed',
    'config',
    'warehouses/hive',
    'live',
    'workers',
  ],
  contract: [
    'collect',
    'collect/http',
    'raw',
    'refine',
    'core/time',
    'core/metric',
    'metrics',
    'load',
    'datasets',
    'api/http',
    'api/listen',
    'api/catalogue',
    'api/graphql',
    'config',
    'setup',
    '.',
    'stores/hbase',
    'warehouses/hive',
    'live',
    'workers',
  ],
  cli: [
    'core',
    'define',
    'edits',
    'core/value',
    'core/time',
    'core/metric',
    'core/derived',
    'core/hint',
    'core/question',
    'metrics',
    'formats',
    'files',
    'log',
    'log/kafka',
    'stores',
    'warehouses',
    'warehouses/lake',
    'load',
    'load/events',
    'dumps',
    'inspect',
    'mirror',
    'dumps/formats',
    'datasets',
    'datasets/sketch',
    'collect',
    'collect/logs',
    'log',
    'raw',
    'raw/duckdb',
    'refine',
    'refine/hive',
    'raw/hive',
    'stream-metrics',
    'streams',
    'api/graphql',
    'config',
    'setup',
    'contract',
    '.',
    'warehouses/hive',
  ],
};

/** The line of the table that a folder has. */
function lineOf(folder: string): string {
  return folder.replace(/^(stores|warehouses)\/(?!lake$)[^/]+$/, '$1/*');
}

/** The files of src/ that a file imports, types included. */
function importedFiles(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const targets = text.matchAll(/(?:from|import\(|import|new URL\()\s*'(\.[^']*)'/g);
  return [...targets]
    .map((match) => normalize(join(dirname(file), match[1] as string)).replaceAll(sep, '/'))
    .filter((target) => !target.startsWith('..'));
}

/** The folder of each of them. */
function importedFolders(file: string): string[] {
  return importedFiles(file).map(folderOf);
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

void test('the table goes from the bottom to the top: a folder needs those above its line only, but for the parts of one whole', () => {
  const lines = Object.keys(ARROWS);
  for (const [folder, others] of Object.entries(ARROWS)) {
    for (const other of others) {
      if (
        other === '.' ||
        ['web', 'formats', 'raw', 'refine', 'datasets'].some(
          (whole) => folder.startsWith(whole) && other.startsWith(whole),
        )
      )
        continue;
      assert.ok(lines.indexOf(other) < lines.indexOf(folder), `${folder} needs ${other}`);
    }
  }
});

void test('no file needs itself through others', () => {
  const needs = new Map(files.map((file) => [file.replaceAll(sep, '/'), importedFiles(file)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), [...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const other of needs.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of needs.keys()) visit(file, []);
});
