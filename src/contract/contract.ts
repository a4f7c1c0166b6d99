import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printSdl } from '../api/graphql/schema.ts';
import { openApiFor } from '../api/catalogue/openapi.ts';
import { collectPaths } from '../collect/http/openapi.ts';
import { configSchema } from '../config/config-schema.ts';
import { makeCatalogue } from '../core/metric/catalogue.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { datasetsSchema } from '../datasets/schema.ts';
import { metricsPage } from './metrics-page.ts';
import { METRICS } from '../metrics/index.ts';
import { hbaseSchema } from '../stores/hbase/descriptor.ts';
import { sampleAnswers } from './sample-answers.ts';
import { telemetryPage } from './telemetry-page.ts';
import { hiveDdl } from '../warehouses/hive/ddl.ts';

/** A file that is printed from the catalogue. It is committed, so that every change is visible. */
export interface ContractFile {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const ROOT = new URL('../../../', import.meta.url);

/** Returns all contracts, which follow from the built-in metrics and the settings. */
export async function contractFiles(): Promise<ContractFile[]> {
  const catalogue = makeCatalogue(METRICS);
  return [
    {
      path: 'openapi/openapi.json',
      text: json(openApiFor(catalogue, await sampleAnswers(catalogue), collectPaths())),
    },
    { path: 'docs/metrics.md', text: metricsPage(catalogue) },
    { path: 'docs/telemetry.md', text: await telemetryPage() },
    { path: 'schema/datasets.schema.json', text: json(datasetsSchema()) },
    { path: 'schema/config.schema.json', text: json(configSchema()) },
    { path: 'schema/api.graphql', text: printSdl(catalogue) },
    { path: 'schema/hbase.json', text: json(hbaseSchema(METRICS)) },
    ...METRICS.map(tableOf).map((table) => ({
      path: `schema/hive/${table.name}.sql`,
      text: hiveDdl(table, 'hdfs:///kraken/lake'),
    })),
  ];
}

/**
 * Prints the contracts into the checkout. With `check` it only reports differences on standard error.
 * @returns the exit code: 1 if `check` found a difference
 */
export async function contract(check: boolean): Promise<number> {
  let stale = 0;
  for (const { path, text } of await contractFiles()) {
    const file = fileURLToPath(new URL(path, ROOT));
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale++;
    if (check) {
      process.stderr.write(`${path} differs from the catalogue: run kraken contract and commit the file.\n`);
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      process.stdout.write(`${path}\n`);
    }
  }
  return check && stale > 0 ? 1 : 0;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
