import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { flatTable, never, rowsOf } from '../fixtures.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/**
 * Another process at work on a lake: `child.js hold FOLDER` takes the lease and keeps it,
 * `child.js write FOLDER VALUE` writes the value to every row of three partitions.
 */
const [task, folder = '', value = '0'] = process.argv.slice(2);
if (task !== undefined) {
  const warehouse = await openDuckdbWarehouse(folder);
  const lease = await warehouse.lease(`child ${process.pid}`, AbortSignal.timeout(HANGS_MS));
  process.stdout.write('ready\n');
  if (task === 'hold') await new Promise((resolve) => setTimeout(resolve, 60_000));
  const change = { table: flatTable, remove: [], rows: rows(Number(value)), covers: () => [] };
  await warehouse.write(change, never);
  await lease.release();
  await warehouse.close();
}

async function* rows(written: number) {
  for (const at of ['20240101', '20240201', '20240301']) {
    const of = Array.from({ length: 5_000 }, (_, index) => [`p${index}`, 'x']);
    const batch = of.map((values) => ({ of: values, at, is: [written, 0] }));
    yield await Promise.resolve(rowsOf(flatTable, 'daily', batch));
  }
}
