import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../support/gateway.ts';
import { Processes } from '../support/process.ts';
import { fileWith } from '../load/files.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const processes = new Processes();
after(() => processes.end());

/** What DuckDB answers that is started in a folder: after the views, to one question. */
const DUCKDB = `
  import { DuckDBInstance } from ${JSON.stringify(import.meta.resolve('@duckdb/node-api'))};
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const [, views, question] = process.argv;
  await connection.run(views);
  console.log(JSON.stringify((await connection.runAndReadAll(question)).getRowsJson()));`;

void test('views are printed with the path of the data, and work from any folder', (t) => {
  const home = processes.folder();
  const elsewhere = processes.folder();
  const run = (
    args: readonly string[],
    cwd: string,
  ): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, args, { encoding: 'utf8', cwd, env: { PATH: process.env.PATH ?? '' } });
  const item = {
    project: 'en.wikipedia',
    'access-site': 'all-sites',
    granularity: 'daily',
    timestamp: '20240301',
    devices: 3,
    offset: 1,
    underestimate: 2,
  };
  const file = fileWith(t, 'a', JSON.stringify(item));
  mkdirSync(join(home, "Anna's"));
  const data = ['--data', "./Anna's/data"];
  for (const [path, devices] of [
    [file, 3],
    [fileWith(t, 'b', JSON.stringify({ ...item, devices: 4 })), 4],
  ] as const) {
    assert.equal(run([CLI, 'import', 'unique-devices', path, ...data], home).status, 0);
    const { stdout: views, status } = run([CLI, 'views', ...data], home);
    assert.equal(status, 0);
    assert.deepEqual(views.match(/VIEW "\w+"/g), ['VIEW "unique_devices"'], 'tables with rows only');
    const question = 'SELECT project, "timestamp", devices, grain, "year", "month" FROM unique_devices';
    const { stdout, stderr } = run(['--input-type=module', '-e', DUCKDB, views, question], elsewhere);
    assert.equal(stdout, `[["en.wikipedia","2024030100","${devices}","daily",2024,3]]\n`, stderr);
  }
});

void test('the view of a data set has its name, also after it was given other columns', async () => {
  const home = processes.folder();
  const datasets = join(home, 'datasets');
  mkdirSync(datasets);
  const args = ['--data', join(home, 'data'), '--datasets', datasets];
  const run = (command: string, ...more: string[]): string =>
    spawnSync(process.execPath, [CLI, command, ...more], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '' },
    }).stdout;
  const serve = async (measure: string): Promise<void> => {
    writeFileSync(join(datasets, 'cake.csv'), `month,${measure}\n2024-01,12\n`);
    writeFileSync(
      join(datasets, 'cake.yaml'),
      `dataset: cake-sales\ntitle: Cakes\nlicence: CC0-1.0\nfile: cake.csv\ngrain: monthly\ndate: month\nmeasures: { ${measure}: }\n`,
    );
    const gateway = await startGateway({ flags: { data: join(home, 'data') }, datasets: [datasets] });
    await gateway.close();
  };
  await serve('cakes');
  // Which columns it has now, nobody has to know.
  assert.deepEqual(run('views', '--data', join(home, 'data')).match(/VIEW "\w+"/g), ['VIEW "cake_sales"']);
  await serve('pies');
  const views = run('views', ...args);
  const names = views.match(/VIEW "\w+"/g)?.toSorted() ?? [];
  assert.deepEqual(
    names.map((name) => name.replace(/[0-9a-f]{8}"/, 'x"')),
    ['VIEW "cake_sales"', 'VIEW "dataset_cake_sales_x"'],
  );
  const stdout = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', DUCKDB, views, 'SELECT pies FROM cake_sales'],
    { encoding: 'utf8', cwd: home, env: { PATH: process.env.PATH ?? '' } },
  ).stdout;
  assert.equal(stdout, '[["12"]]\n');
});

void test('without a lake there is a sentence', () => {
  const folder = processes.folder();
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'views', '--data', join(folder, 'none')], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
  assert.equal(status, 2);
  assert.match(
    stderr,
    /^kraken: there is no lake in .*\/none\/lake; create it by kraken import, or set another by --data\n$/,
  );
});
