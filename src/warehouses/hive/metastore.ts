import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { EngineError } from '../../core/engine-error.ts';
import {
  liveVersion,
  type Manifest,
  manifestFromText,
  manifestToText,
  partitionColumns,
} from '../lake/manifest.ts';
import { qualified } from './ddl.ts';
import { HiveError } from './hive-error.ts';
import { textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/** A table without rows. Its properties hold the committed manifests. */
const TABLE = 'kraken_manifests';
const FORMAT = '1';
/** The longest value that every metastore's database can hold: Oracle and older Derby allow 4,000 characters. */
const MAX_PIECE = 3_500;
const TORN_READS = 5;

/** The state that readers of a Hive see. */
export interface Committed {
  /** Changes whenever a manifest does. */
  readonly revision: string;
  /** Where the tables lie: a lake's location, or `INSERTED`; undefined if nothing was ever written. */
  readonly place: string | undefined;
  readonly tables: ReadonlyMap<string, Manifest>;
}

/** The place of tables whose rows are written by INSERT. */
export const INSERTED = 'inserted';

interface Known {
  readonly digest: string;
  readonly manifest: Manifest;
}

/**
 * The manifests that were committed to a Hive. A manifest is deflated, split into pieces that any metastore
 * can hold, and stored as properties of one table. A head property holds the number of pieces and a digest.
 * One ALTER TABLE changes all properties of a manifest at once.
 */
export class Metastore {
  readonly #sessions: Pick<Sessions, 'query'>;
  readonly #database: string;
  #known = new Map<string, Known>();
  #latest: Committed | undefined;

  constructor(sessions: Pick<Sessions, 'query'>, database: string) {
    this.#sessions = sessions;
    this.#database = database;
  }

  /** The result of the last `read`. */
  get latest(): Committed | undefined {
    return this.#latest;
  }

  /** Reads the manifests with one statement, which starts no job. @throws EngineError when they are damaged or have a newer format */
  async read(signal: AbortSignal): Promise<Committed> {
    for (let reads = 1; ; reads++) {
      const properties = await readProperties(this.#sessions, this.#database, TABLE, signal);
      const committed = this.#decode(properties ?? new Map());
      if (committed) return (this.#latest = committed);
      // A digest doesn't match: the properties were changed while the metastore read them.
      if (reads === TORN_READS) throw new EngineError('hive', `the properties of ${TABLE} are damaged`);
    }
  }

  #decode(properties: ReadonlyMap<string, string>): Committed | undefined {
    const format = properties.get('kraken.format');
    if (format !== undefined && format !== FORMAT) {
      throw new EngineError(
        'hive',
        `${TABLE} has format ${format}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it.`,
      );
    }
    const known = new Map<string, Known>();
    for (const [key, value] of properties) {
      const [, name] = /^kraken\.manifest\.(\w+)$/.exec(key) ?? [];
      if (name === undefined) continue;
      const [digest = '', count] = value.split(' ');
      const before = this.#known.get(name);
      if (before?.digest === digest) {
        known.set(name, before);
        continue;
      }
      const pieces = Array.from(
        { length: Number(count) },
        (_, index) => properties.get(`${key}.${index}`) ?? '',
      );
      const packed = pieces.join('');
      if (digestOf(packed) !== digest) return undefined;
      const text = inflateRawSync(Buffer.from(packed, 'base64')).toString();
      known.set(name, { digest, manifest: manifestFromText(`${TABLE} (${name})`, text) });
    }
    this.#known = known;
    const names = [...known.keys()].sort();
    const revision = digestOf(names.map((name) => `${name} ${known.get(name)?.digest}`).join('\n'));
    const tables = new Map(names.map((name) => [name, (known.get(name) as Known).manifest]));
    return { revision, place: properties.get('kraken.place'), tables };
  }
}

/** Returns the properties of a table; undefined if the table doesn't exist. */
export async function readProperties(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | undefined> {
  const properties = new Map<string, string>();
  try {
    for await (const page of sessions.query(`SHOW TBLPROPERTIES ${qualified(database, table)}`, signal)) {
      const values = page.text(1);
      for (const [index, key] of page.text(0).entries()) properties.set(key ?? '', values[index] ?? '');
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return properties;
}

/** Tells whether a statement failed because a table or its database doesn't exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof HiveError && (error.code === 10001 || error.code === 10072);
}

/** Returns the statement that makes the table of the manifests if it is missing. */
export function createMetastore(database: string, place: string): string {
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${qualified(database, TABLE)} (\`none\` STRING)`,
    `COMMENT 'What was committed to the tables of this database: kept by kraken, as properties'`,
    `TBLPROPERTIES ('kraken.format' = '${FORMAT}', 'kraken.place' = ${textLiteral(place)}, 'external.table.purge' = 'true')`,
  ].join('\n');
}

/** Returns the statement that commits a table's manifest. Readers then see the files that it names. */
export function commitManifest(database: string, table: string, manifest: Manifest): string {
  const packed = deflateRawSync(committedText(manifest)).toString('base64');
  const pieces = packed.match(new RegExp(`.{1,${MAX_PIECE}}`, 'g')) ?? [];
  const key = `kraken.manifest.${table}`;
  const properties = [
    `'${key}' = '${digestOf(packed)} ${pieces.length}'`,
    ...pieces.map((piece, index) => `'${key}.${index}' = '${piece}'`),
  ];
  return `ALTER TABLE ${qualified(database, TABLE)} SET TBLPROPERTIES (\n  ${properties.join(',\n  ')}\n)`;
}

/** Tells whether readers see the same by both manifests. */
export function isSame(a: Manifest | undefined, b: Manifest | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && committedText(a) === committedText(b));
}

/** Returns the partitions that a manifest names, by name. */
export function livePartitions(
  manifest: Pick<Manifest, 'partitions'> | undefined,
): Map<string, LivePartition> {
  return new Map(
    [...(manifest?.partitions ?? [])].map(([name, files]) => [
      name,
      partitionColumns(name, liveVersion(name, files)),
    ]),
  );
}

function committedText(manifest: Manifest): string {
  return manifestToText({ ...manifest, superseded: [] });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
