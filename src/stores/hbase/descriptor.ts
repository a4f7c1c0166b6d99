import types, { type TTableDescriptor, type TTableName } from '#hbase-thrift/hbase_types';
import type { Metric } from '../../core/metric/metric.ts';
import { tableOf } from '../../core/metric/metric-table.ts';
import type { Compression } from './address.ts';
import { splitPoints } from './split-points.ts';

/** The family of all cells. One byte, since every cell names it. */
export const FAMILY = 'c';
/** The family of the store's own row. */
export const SYSTEM_FAMILY = 's';

const DAY_SECONDS = 86_400;

/**
 * How cells are kept. Their timestamps are the numbers of the publications that wrote them, and
 * readers ask for the newest up to the last publication that was committed. So two versions always
 * stay, however old (`minVersions` counts more than `timeToLive`): one of a publication that isn't
 * committed, or failed, and beneath it the last one that is. There are never two of the former,
 * since a publication begins by taking away what a failed one left. What was replaced longer than a
 * day ago goes when files are compacted, but for one version; within the day the last ten stay,
 * for readers that haven't seen the newest publication.
 */
const VERSIONS = { maxVersions: 10, minVersions: 2, timeToLiveSeconds: DAY_SECONDS };

/** A family, as `schema/hbase.json` shows it and HBase's shell would name its attributes. */
interface FamilySchema {
  readonly name: string;
  readonly maxVersions: number;
  readonly minVersions?: number;
  readonly timeToLiveSeconds?: number;
  readonly dataBlockEncoding?: 'FAST_DIFF';
  readonly bloomFilter: 'ROW';
  readonly compression: string;
}

/** A table as it is made. */
export interface TableSchema {
  /** Without the prefix of its store. */
  readonly table: string;
  readonly family: FamilySchema;
  /** The first rows of its regions, but for the first. */
  readonly splitPoints: readonly Uint8Array[];
}

/** The store's own table, whose name no metric's table has. */
export const SYSTEM_TABLE = '_store';

/** A table of cells. One that no metric is known for starts as one region. */
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

/** The table with the store's own row. */
export const systemTable: TableSchema = {
  table: SYSTEM_TABLE,
  family: { name: SYSTEM_FAMILY, maxVersions: 1, bloomFilter: 'ROW', compression: 'NONE' },
  splitPoints: [],
};

/**
 * The tables of a series store on HBase, for people, with what HBase's shell takes to make them.
 * Publications make those that are missing; one that was made beforehand is used as it is.
 */
export function hbaseSchema(metrics: readonly Metric[]): object {
  const cells = metrics.filter(({ home }) => home === 'series').map((metric) => tableOf(metric).name);
  const tables = [systemTable, ...cells.map((table) => cellTable(table, metrics, 'none'))];
  return {
    names:
      'PREFIX.TABLE, where PREFIX is that of the address hbase://HOST:PORT/PREFIX: kraken unless it says so.',
    tables: tables.map(({ table, family, splitPoints }) => ({
      table,
      family,
      regions: splitPoints.length + 1,
      splitPoints: splitPoints.map(excerptOf),
      shell: shellStatement({ table, family, splitPoints }),
    })),
  };
}

/** As HBase's shell takes it. */
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

/** Bytes as text, with `\xNN` for what isn't plain, as the shell has them within double quotes. */
function excerptOf(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes).toString('latin1');
  return latin.replace(
    /[^ -[\]-~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** A table's schema, as Thrift's gateway takes it. */
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
