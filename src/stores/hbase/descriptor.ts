import types, { type TTableDescriptor, type TTableName } from '#hbase-thrift/hbase_types';
import type { Metric } from '../../core/metric/metric.ts';
import { tableOf } from '../../core/metric/metric-table.ts';
import type { Compression } from './address.ts';
import { splitPoints } from './split-points.ts';

/** The family of all cells. Its name has one byte, because every cell holds it. */
export const FAMILY = 'c';
/** The family of the store's own row. */
export const SYSTEM_FAMILY = 's';

const DAY_SECONDS = 86_400;

/**
 * The retention of cells. A cell's timestamp is the number of the publication that wrote it. Readers ask for
 * the newest version up to the last committed publication. Two versions always stay at any age (`minVersions`
 * takes precedence over `timeToLive`): one of a publication that failed or isn't committed, and below it the
 * last committed one. There are never two uncommitted ones, because a publication begins by removing what a
 * failed one left. Versions replaced more than a day ago are dropped at compaction, except one. Within the
 * day the last ten stay, for readers that haven't seen the newest publication.
 */
const VERSIONS = { maxVersions: 10, minVersions: 2, timeToLiveSeconds: DAY_SECONDS };

/** A column family, with names as in `schema/hbase.json` and HBase's shell. */
interface FamilySchema {
  readonly name: string;
  readonly maxVersions: number;
  readonly minVersions?: number;
  readonly timeToLiveSeconds?: number;
  readonly dataBlockEncoding?: 'FAST_DIFF';
  readonly bloomFilter: 'ROW';
  readonly compression: string;
}

/** The schema by which a table is made. */
export interface TableSchema {
  /** The name without the prefix of its store. */
  readonly table: string;
  readonly family: FamilySchema;
  /** The first rows of all regions but the first one. */
  readonly splitPoints: readonly Uint8Array[];
}

/** The store's own table. No metric's table has this name. */
export const SYSTEM_TABLE = '_store';

/** Returns the schema of a table of cells. A table without a known metric starts as one region. */
export function cellTable(table: string, metrics: readonly Metric[], compression: Compression): TableSchema {
  const metric = metrics.find((metric) => tableOf(metric).name === table);
  return {
    table,
    family: {
      name: FAMILY,
      ...VERSIONS,
      dataBlockEncoding: 'FAST_DIFF',
      bloomFilter: 'ROW',
      compression: compression.toUpperCase(),
    },
    splitPoints: metric?.home === 'series' ? splitPoints(metric) : [],
  };
}

/** The schema of the table with the store's own row. */
export const systemTable: TableSchema = {
  table: SYSTEM_TABLE,
  family: { name: SYSTEM_FAMILY, maxVersions: 1, bloomFilter: 'ROW', compression: 'NONE' },
  splitPoints: [],
};

/**
 * Describes the tables of a series store on HBase for people, with the shell commands that make them.
 * Publications make missing tables, and use existing ones as they are.
 */
export function hbaseSchema(metrics: readonly Metric[]): object {
  const cells = metrics.filter(({ home }) => home === 'series').map((metric) => tableOf(metric).name);
  const tables = [systemTable, ...cells.map((table) => cellTable(table, metrics, 'none'))];
  return {
    names:
      'PREFIX.TABLE, where PREFIX is the one in the address hbase://HOST:PORT/PREFIX, by default kraken.',
    tables: tables.map(({ table, family, splitPoints }) => ({
      table,
      family,
      regions: splitPoints.length + 1,
      splitPoints: splitPoints.map(excerptOf),
      shell: shellStatement({ table, family, splitPoints }),
    })),
  };
}

/** Returns the command of HBase's shell that makes a table. */
function shellStatement({ table, family, splitPoints }: TableSchema): string {
  const attributes = [
    `NAME => '${family.name}'`,
    `VERSIONS => ${family.maxVersions}`,
    ...(family.minVersions === undefined ? [] : [`MIN_VERSIONS => ${family.minVersions}`]),
    ...(family.timeToLiveSeconds === undefined ? [] : [`TTL => ${family.timeToLiveSeconds}`]),
    ...(family.dataBlockEncoding ? [`DATA_BLOCK_ENCODING => '${family.dataBlockEncoding}'`] : []),
    `BLOOMFILTER => '${family.bloomFilter}'`,
    `COMPRESSION => '${family.compression}'`,
  ];
  const splits = splitPoints.map((point) => `"${excerptOf(point)}"`);
  const regions = splits.length === 0 ? '' : `, SPLITS => [${splits.join(', ')}]`;
  return `create 'kraken.${table}', {${attributes.join(', ')}}${regions}`;
}

/** Returns bytes as text, with `\xNN` for special ones, as the shell reads them within double quotes. */
function excerptOf(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes).toString('latin1');
  return latin.replace(
    /[^ -[\]-~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Returns a table's schema for Thrift's gateway. */
export function thriftDescriptor(name: TTableName, { family }: TableSchema): TTableDescriptor {
  return new types.TTableDescriptor({
    tableName: name,
    columns: [
      new types.TColumnFamilyDescriptor({
        name: Buffer.from(family.name),
        bloomnFilterType: types.TBloomFilterType.ROW,
        compressionType:
          types.TCompressionAlgorithm[family.compression as keyof typeof types.TCompressionAlgorithm],
        maxVersions: family.maxVersions,
        ...(family.minVersions === undefined ? {} : { minVersions: family.minVersions }),
        ...(family.timeToLiveSeconds === undefined ? {} : { timeToLive: family.timeToLiveSeconds }),
        ...(family.dataBlockEncoding && {
          dataBlockEncoding: types.TDataBlockEncoding[family.dataBlockEncoding],
        }),
      }),
    ],
  });
}
