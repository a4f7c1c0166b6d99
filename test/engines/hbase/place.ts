import Thrift from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import types from '#hbase-thrift/hbase_types';
import { engineAddress } from '../places.ts';
import { parseHbaseAddress } from '../../../src/stores/hbase/address.ts';

let count = 0;

/** A place where no store is yet, as `openHbaseStore` takes it; `gateways` stand in for those under test. */
export function emptyPlace(gateways?: string): { place: string; prefix: string } {
  const prefix = `test-${process.pid}-${Date.now().toString(36)}-${++count}`;
  const { host, port } = gateway();
  return { place: `//${gateways ?? `${host}:${port}`}/${prefix}`, prefix };
}

/** The gateway under test. */
export function gateway(): { host: string; port: number } {
  const { gateways } = parseHbaseAddress(engineAddress('ENGINES_HBASE').slice('hbase:'.length));
  return gateways[0] as { host: string; port: number };
}

/** Thrift's own client, as a test sees HBase without a store; it fails rather than hang. */
export async function withClient<Result>(
  work: (client: Client) => Promise<Result>,
  { host, port }: { host: string; port: number } = gateway(),
): Promise<Result> {
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

/** A table of a store, as calls that manage tables take it. */
export function tableName(prefix: string, table: string): InstanceType<typeof types.TTableName> {
  return new types.TTableName({ qualifier: Buffer.from(`${prefix}.${table}`) });
}
