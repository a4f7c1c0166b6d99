import { EngineError } from '../../core/engine-error.ts';

/** The place of a series store on HBase, and how its tables are made. */
export interface HbaseAddress {
  /** The Thrift2 gateways. Each of them can serve every call. */
  readonly gateways: readonly Gateway[];
  /** The namespace of its tables, which must exist; undefined for HBase's default. */
  readonly namespace: string | undefined;
  /** The prefix of its tables' names: `PREFIX.TABLE`. */
  readonly prefix: string;
  /** The maximum number of connections to each gateway. */
  readonly connections: number;
  /** The compression of new tables' files. The region servers must have the codec. */
  readonly compression: Compression;
}

export interface Gateway {
  readonly host: string;
  readonly port: number;
}

export const COMPRESSIONS = ['none', 'gz', 'snappy', 'lz4', 'zstd', 'lzo'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

const DEFAULT_PORT = 9090;
const DEFAULT_PREFIX = 'kraken';
const DEFAULT_CONNECTIONS = 4;
const MAX_CONNECTIONS = 64;

/**
 * Parses the part of an address that follows `hbase:`:
 * `//host[:port][,host[:port]…][/[NAMESPACE:]PREFIX][?connections=4&compression=none]`.
 * @throws EngineError with a sentence about what is wrong
 */
export function parseHbaseAddress(place: string): HbaseAddress {
  const parts = /^\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(place);
  if (!parts) throw refused(place, 'write hbase://HOST:PORT,…/PREFIX');
  const [, hosts = '', name = '', query = ''] = parts;
  const gateways = hosts.split(',').map((text) => parseGateway(place, text));
  const tables = /^(?:([A-Za-z0-9_]+):)?([A-Za-z0-9_][A-Za-z0-9_-]*)$/.exec(name || DEFAULT_PREFIX);
  if (!tables) {
    throw refused(place, 'the prefix of tables may have only letters, digits, "_" and "-"');
  }
  const options = new URLSearchParams(query);
  for (const option of options.keys()) {
    if (option !== 'connections' && option !== 'compression') {
      throw refused(place, `the only options are connections and compression, not ${JSON.stringify(option)}`);
    }
  }
  return {
    gateways,
    namespace: tables[1],
    prefix: tables[2] as string,
    connections: parseConnections(place, options.get('connections')),
    compression: parseCompression(place, options.get('compression')),
  };
}

function parseGateway(place: string, text: string): Gateway {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^[\]:@\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!parts) throw refused(place, `${JSON.stringify(text)} is not HOST:PORT`);
  const port = Number(parts[3] ?? DEFAULT_PORT);
  if (port < 1 || port > 65_535) throw refused(place, `${port} is not a port from 1 to 65535`);
  return { host: (parts[1] ?? parts[2]) as string, port };
}

function parseConnections(place: string, text: string | null): number {
  if (text === null) return DEFAULT_CONNECTIONS;
  const connections = /^\d+$/.test(text) ? Number(text) : 0;
  if (connections < 1 || connections > MAX_CONNECTIONS) {
    throw refused(place, `connections must be a number from 1 to ${MAX_CONNECTIONS}`);
  }
  return connections;
}

function parseCompression(place: string, text: string | null): Compression {
  if (text === null) return 'none';
  const compression = COMPRESSIONS.find((known) => known === text.toLowerCase());
  if (!compression) throw refused(place, `compression must be one of ${COMPRESSIONS.join(', ')}`);
  return compression;
}

function refused(place: string, why: string): EngineError {
  return new EngineError('hbase', `can't use the address hbase:${place}: ${why}.`);
}
