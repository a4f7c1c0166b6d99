import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../support/gateway.ts';
import { lacking, python } from '../support/python.ts';

/*
 * Those who open downloads: DuckDB's httpfs, which reads Parquet in place by ranges, Frictionless, pyarrow and openpyxl.
 * PYTHON names an interpreter that has the packages duckdb, duckdb-extension-httpfs, frictionless, pyarrow and openpyxl.
 */
const script = join(fileURLToPath(new URL('../../../', import.meta.url)), 'test/clients/downloads.py');

void test(
  'downloads are opened by DuckDB in place, Frictionless, pyarrow and openpyxl',
  { skip: lacking('duckdb', 'duckdb_extension_httpfs', 'frictionless', 'pyarrow', 'openpyxl') },
  async () => {
    const gateway = await startGateway();
    try {
      const items = ['20240130', '20240131', '20240201'].map((timestamp, i) => ({
        project: 'en.wikipedia',
        'access-site': 'all-sites',
        granularity: 'daily',
        timestamp,
        devices: 1000 + i,
        offset: i,
        underestimate: 500,
      }));
      await gateway.load('unique-devices', items);
      await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
      const { port } = gateway.app.api.server.address() as AddressInfo;
      const { stdout } = await promisify(execFile)(python, [script, `http://127.0.0.1:${port}`]);
      assert.deepEqual(JSON.parse(stdout), {
        inPlace: [3, '2024-01-30', 3003],
        ofAnswer: [
          ['2024-01-30', 1000],
          ['2024-01-31', 1001],
          ['2024-02-01', 1002],
        ],
        package: {
          names: [
            'daily.csv',
            'daily.parquet',
            'daily-2024-01.csv',
            'daily-2024-01.parquet',
            'daily-2024-02.csv',
            'daily-2024-02.parquet',
          ],
          valid: true,
          tasks: 3,
          all: 2,
        },
        arrow: [3, 'date32[day]', 'int64'],
        excel: [['Data', 'About'], 4, '2024-01-30 00:00:00', 1000],
      });
    } finally {
      await gateway.close();
    }
  },
);
