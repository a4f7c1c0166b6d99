import { openHiveWarehouse } from '../../../src/warehouses/hive/hive-warehouse.ts';
import { flatTable, never, rowsOf } from '../../warehouses/fixtures.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/**
 * Another process at work on a Hive: `child.js hold ADDRESS` takes the lease and keeps it,
 * `child.js write ADDRESS VALUE` writes the value to every row of three partitions.
 */
const [task, address = '', value = '0'] = process.argv.slice(2);
if (task !== undefined) {
  const warehouse = await openHiveWarehouse(address, { notice: () => undefined });
  const lease = await warehouse.lease(`child ${process.pid}`, AbortSignal.timeout(HANGS_MS));
  process.stdout.write('ready\n');
  if (task === 'hold') await new Promise((resolve) => setTimeout(resolve, 60_000));
  await warehouse.write({ table: flatTable, remove: [], rows: rows(Number(value)), covers: () => [] }, never);
  await lease.release();
  await warehouse.close();
}

async function* rows(written: number) {
  for (const at of ['20240101', '20240201', '20240301']) {
    const batch = Array.from({ length: 2_000 }, (_, i) => ({ of: [`p${i}`, 'x'], at, is: [written, 0] }));
    yield await Promise.resolve(rowsOf(flatTable, 'daily', batch));
  }
}
