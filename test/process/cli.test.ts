import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { derivedName, DERIVED_MEASURES } from '../../src/core/derived/derived-measures.ts';
import { fileURLToPath } from 'node:url';
import { EDIT_EVENTS, EVENTS_GRAIN } from '../../src/core/metric/edit-events.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { fileWith, temporaryFolder } from '../load/files.ts';
import { SETTINGS } from '../../src/config/config.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { rowsOf, write } from '../warehouses/fixtures.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function kraken(args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', env: { PATH, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

void test('config prints every setting with its value and where that comes from', () => {
  const { status, stdout } = kraken(['config', '--points', '7'], { KRAKEN_PORT: '9000' });
  assert.equal(status, 0);
  assert.match(stdout, /^KRAKEN_PORT=9000 \(environment\)$/m);
  assert.match(stdout, /^KRAKEN_POINTS=7 \(--points\)$/m);
  assert.match(stdout, /^KRAKEN_SERIES=lmdb:\.\/data\/series \(default\)$/m);
});

void test('--version prints that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.deepEqual(kraken(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
});

void test('query --help names every derived measure', () => {
  const text = kraken(['query', '--help']).stdout.replaceAll(/\s+/g, '');
  for (const one of DERIVED_MEASURES) assert.ok(text.includes(derivedName('views', one)), one.suffix);
});

void test('a wrong setting stops any command with one sentence and exit code 2', () => {
  const commands = [['config'], ['serve'], ['export', 'pageviews-top'], ['import', 'pageviews-top', 'x']];
  for (const command of commands) {
    assert.deepEqual(kraken(command, { KRAKEN_PORT: 'http' }), {
      status: 2,
      stdout: '',
      stderr: 'kraken: KRAKEN_PORT is "http", but it takes a whole number from 0 to 65535.\n',
    });
  }
});

void test('catalogue lists every metric, and what is loaded of it', (t) => {
  const folder = temporaryFolder(t);
  const row = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'daily' };
  const devices = { devices: 3, offset: 1, underestimate: 2 };
  const file = fileWith(t, 'a', JSON.stringify({ ...row, timestamp: '20240301', ...devices }));
  assert.equal(kraken(['import', 'unique-devices', file, '--data', folder]).status, 0);
  const days = (project: string, ...dates: string[]): string =>
    dates.map((timestamp) => JSON.stringify({ ...row, project, timestamp, ...devices })).join('\n');
  const whole = ['a', 'b', 'c', 'd'].map((name) =>
    fileWith(t, name, days(`${name}.wikipedia`, '20240305', ...(name === 'd' ? ['20240307'] : []))),
  );
  assert.equal(kraken(['import', 'unique-devices', ...whole, '--complete', '--data', folder]).status, 0);
  const own =
    'project,event_id,entity,editor_type,page_type,timestamp\nx.wiki,r1,revision,user,content,2024-03-01T05:00:00Z\n';
  const events = fileWith(t, 'events.csv', own);
  assert.equal(kraken(['import', 'mediawiki-history', events, '--data', folder]).status, 0);
  const { status, stdout } = kraken(['catalogue', '--data', folder]);
  assert.equal(status, 0);
  for (const { name } of METRICS) assert.ok(stdout.split('\n').includes(name), name);
  assert.match(
    stdout,
    /\nunique-devices\n.*\n.*\n {2}daily: 2024-03-01 and 2024-03-05 to 2024-03-07, 6 rows; project: d.wikipedia, a.wikipedia, b.wikipedia and 2 more\n {4}complete: 2024-03-05 of a.wikipedia, b.wikipedia, c.wikipedia; 2024-03-05 to 2024-03-07 of d.wikipedia\n {2}monthly: nothing is loaded\n/,
  );
  assert.match(
    stdout,
    /\nmediawiki-history\n.*edit_events.*\n {2}hourly: 2024-03-01T00Z to 2024-03-01T05Z, 1 row; project and entity: x.wiki revision\n {4}not known to be complete\n$/,
  );
});

void test('catalogue says of which projects and kinds the events are complete', (t) => {
  const folder = temporaryFolder(t);
  const own =
    'project,event_id,entity,editor_type,page_type,timestamp\nx.wiki,r1,revision,user,content,2024-03-01T05:00:00Z\n';
  const file = fileWith(t, 'events.csv', own);
  assert.equal(
    kraken(['import', 'mediawiki-history', file, '--covers', '2024-03', '--data', folder]).status,
    0,
  );
  assert.match(
    kraken(['catalogue', '--data', folder]).stdout,
    / {2}hourly: 2024-03-01T00Z to 2024-03-31T23Z, 1 row; project and entity: x.wiki revision\n {4}complete: 2024-03-01T00Z to 2024-03-31T23Z\n$/,
  );
});

void test('adopt prints the statements for each table of a lake, the events among them', async (t) => {
  const lake = temporaryFolder(t);
  const warehouse = await openDuckdbWarehouse(lake);
  const happened = { at: '2024030105', of: EDIT_EVENTS.dimensions.map(({ name }) => name), is: [7] };
  await write(warehouse, EDIT_EVENTS, [rowsOf(EDIT_EVENTS, EVENTS_GRAIN, [happened])]);
  await warehouse.close();
  const { status, stdout } = kraken(['adopt', '--warehouse', `hive://127.0.0.1:1/default?lake=${lake}`]);
  assert.equal(status, 0);
  assert.match(stdout, /^CREATE EXTERNAL TABLE IF NOT EXISTS .*edit_events/m);
  assert.match(stdout, /ADD IF NOT EXISTS[^;]*`year` = 2024, `month` = 3/);
});

void test('an unknown metric is refused with the one that was meant, and exit code 2', () => {
  assert.deepEqual(kraken(['export', 'pagevews-top']), {
    status: 2,
    stdout: '',
    stderr: 'kraken: there is no metric pagevews-top: did you mean pageviews-top?\n',
  });
  assert.deepEqual(kraken(['export', 'webrequests']), {
    status: 2,
    stdout: '',
    stderr: 'kraken: there is no metric webrequests: did you mean webrequest?\n',
  });
});

void test('a command called wrongly says what is wrong, with exit code 2', () => {
  const wrong: [string[], RegExp][] = [
    [['imprt'], /unknown command 'imprt'/],
    [
      ['import', 'mediawiki-histroy', 'x'],
      /there is no metric mediawiki-histroy: did you mean mediawiki-history\?/,
    ],
    [
      ['import', 'pageviews-top', 'x', '--project', 'en.wikipedia'],
      /--project is only for mediawiki-history/,
    ],
    [
      ['import', 'mediawiki-history', 'x', '--project', 'all-projects'],
      /--project all-projects: it should be a domain/,
    ],
    [['serve', '--port', '9', '--admin-port', '9'], /are both 9: each needs a port of its own/],
    [['import', 'pageviews-top'], /missing required argument 'file'/],
    [['import', 'pageviews-top', 'x', '--skip-bad', 'few'], /whole number/],
    [['export', 'pageviews-top', '--where', 'project'], /DIMENSION=VALUE/],
    [['retract', 'pageviews-top'], /--range/],
    [['config', '--prot', '1'], /unknown option '--prot'/],
  ];
  for (const [args, message] of wrong) {
    const { status, stderr } = kraken(args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, message);
  }
});

void test('what import reads export writes, retract removes, and an import done twice changes nothing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kraken-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const env = { KRAKEN_DATA: folder };
  const sample = new URL('../../../sample/unique-devices.daily-and-monthly.ndjson', import.meta.url);
  const load = ['import', 'unique-devices', fileURLToPath(sample)];

  assert.match(kraken(load, env).stderr, /2 rows read .* 2 partitions changed\.\n$/);
  assert.match(kraken(load, env).stderr, /nothing changed\.\n$/);
  const rows = readFileSync(sample, 'utf8');
  assert.deepEqual(kraken(['export', 'unique-devices'], env), { status: 0, stdout: rows, stderr: '' });

  assert.equal(kraken(['retract', 'unique-devices', '--range', '2021-01'], env).status, 0);
  const left = kraken(['export', 'unique-devices'], env).stdout;
  assert.equal(left, rows.slice(rows.indexOf('\n') + 1));
});

void test('an import that fails says in one line where and why, with exit code 1', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kraken-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = fileURLToPath(new URL('../../../sample/pageviews-top.daily.ndjson', import.meta.url));
  const { status, stdout, stderr } = kraken(['import', 'unique-devices', file], { KRAKEN_DATA: folder });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^kraken: .*pageviews-top\.daily\.ndjson:1: field ".+": .+\n$/);
});

void test('help is no failure, and names every command', () => {
  const { status, stdout } = kraken(['--help']);
  assert.equal(status, 0);
  for (const name of ['serve', 'import', 'export', 'retract', 'catalogue', 'config', 'contract'])
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
});

void test('the help of a command lists the settings that it uses, and says where the others are', () => {
  const listed = (command: string): string[] => {
    const { stdout } = kraken([command, '--help']);
    assert.equal(/kraken config lists all/.test(stdout), !['serve', 'config'].includes(command), command);
    return [...stdout.matchAll(/^ {2}--([\w-]+) [<[]value[>\]]/gm)].map(([, name]) => name as string);
  };
  assert.deepEqual(listed('views'), ['data', 'warehouse', 'log-level']);
  assert.deepEqual(listed('import'), ['data', 'series', 'warehouse', 'lease-wait-ms', 'log-level']);
  assert.equal(listed('serve').length, Object.keys(SETTINGS).length);
  assert.equal(kraken(['views', '--port', '0', '--help']).status, 0, 'the others are taken all the same');
});

void test('the package has the command as its bin, and the file says what runs it', () => {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  assert.deepEqual((JSON.parse(manifest) as { bin: unknown }).bin, { kraken: 'dist/src/cli.js' });
  assert.match(readFileSync(CLI, 'utf8'), /^#!\/usr\/bin\/env node\n/);
});

void test('query has the names of countries beside their codes, and hours in full', (t) => {
  const folder = temporaryFolder(t);
  const list = { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '03' };
  const file = fileWith(
    t,
    'a',
    JSON.stringify({ ...list, countries: [{ country: 'NA', views: 5000, rank: 1 }] }),
  );
  assert.equal(kraken(['import', 'pageviews-top-by-country', file, '--data', folder]).status, 0);
  const asked = [
    'query',
    'pageviews-top-by-country',
    '--where',
    'project=en.wikipedia',
    '--range',
    '2024-03',
  ];
  const query = (...more: string[]) => kraken([...asked, ...more, '--data', folder]);
  const { status, stdout } = query('--by', 'country', '--names', 'country', '--format', 'csv');
  assert.equal(status, 0);
  assert.equal(stdout, 'country,country_name,views_ceil\r\nNA,Namibia,5000\r\n');
  assert.match(query('--by', 'country', '--names', 'country').stdout, /NA +Namibia +5,000/);
  assert.match(
    query('--by', 'country', '--names', 'project').stderr,
    /did you mean|no names for the values of project/,
  );
  assert.match(query('--by', 'country', '--time', 'unix').stderr, /time should be iso/);
});
