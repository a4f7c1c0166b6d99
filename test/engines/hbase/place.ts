import Thrift from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types from '#hbase-thrift/hbase_types';
import { parseHbaseAddress } from '../../../src/stores/hbase/address.ts';

/** The HBase under test: `hbase://127.0.0.1:9090`. */
export function hbaseUnderTest(): string {
  const address = process.env['ENGINES_HBASE'];
  if (!address) {
    throw new Error(
      "Set ENGINES_HBASE to the address of an HBase whose tables don't matter, such as hbase://127.0.0.1:9090.",
    );
  }
  return address;
}

let count = 0;

/** A place where no store is yet, as `openHbaseStore` takes it; `gateways` stand in for those under test. */
export function emptyPlace(gateways?: string): { place: string; prefix: string } {
  const prefix = `test-${process.pid}-${Date.now().toString(36)}-${++count}`;
  const { host, port } = gateway();
  return { place: `//${gateways ?? `${host}:${port}`}/${prefix}`, prefix };
}

/** The gateway under test. */
export function gateway(): { host: string; port: number } {
  const { gateways } = parseHbaseAddress(hbaseUnderTest().slice('hbase:'.length));
  return gateways[0] as { host: string; port: number };
}

/** Thrift's own client, as a test sees HBase without a store; it fails rather than hang. */
export async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const { host, port } = gateway();
  const connection = Thrift.createConnection(host, port, {
    transport: Thrift.TFramedTransport,
    protocol: Thrift.TCompactProtocol,
  });
  const ended = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    connection.on('close', () => reject(new Error('the gateway closed the connection')));
  });
  try {
    return await Promise.race([work(Thrift.createClient(Client, connection)), ended]);
  } finally {
    ended.catch(() => undefined);
    connection.destroy();
  }
}

/** Drops every table of a store. */
export async function dropTables(prefix: string): Promise<void> {
  await withClient(async (client) => {
    const names = await client.getTableNamesByPattern(`${prefix}\\..*`, false);
    await Promise.all(
      names.map(async (name) => {
        const table = new types.TTableName({ qualifier: name.qualifier });
        await client.disableTable(table);
        await client.deleteTable(table);
      }),
    );
  });
}
