import { EngineError } from '../../core/engine-error.ts';
import { HOUR_MS, type Ordinal } from '../../core/time/time.ts';
import { batches, createDatabase, qualified } from './ddl.ts';
import { identifier, textLiteral } from './literals.ts';
import { isMissing } from './metastore.ts';
import type { Sessions } from './sessions.ts';

/*
 * Raw tables and the table of views as Hive reads them: external tables with a partition for each hour, or for each hour
 * of each part. A partition's location is the folder of one file that never changes. When an hour gets another file, the partition gets the other folder by one
 * statement (SET LOCATION), so a reader finds one or the other.
 */

const PARTITION_COLUMNS = ['year', 'month', 'day', 'hour', 'part'];
/** Hive can't read other columns: their names are part of its description of a file. */
const READABLE = /^\w+$/;

export interface HourTable {
  /** The name in Hive. */
  readonly name: string;
  /** Whether an hour can have several parts. */
  readonly hasParts: boolean;
  /** The columns, with the types that Hive has for them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The table's folder as Hive sees it, without a final slash. */
  readonly location: string;
}

/** An hour, or an hour of a part. */
export interface HourPartition {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly part?: string;
}

export interface HourFolder extends HourPartition {
  /** In the table's folder. */
  readonly folder: string;
}

/** An hour, or an hour of a part, as Hive's partition. */
export function hourPartition(hour: Ordinal, part?: string): HourPartition {
  const date = new Date(hour * HOUR_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    ...(part === undefined ? {} : { part }),
  };
}

/**
 * Yields the statements that let a Hive read these hours of a table. Each may be run again, and has to be when hours got
 * other folders.
 */
export function* adoptHours(
  database: string,
  table: HourTable,
  hours: readonly HourFolder[],
): Generator<string> {
  yield createDatabase(database);
  yield createHourTable(database, table);
  yield* addHours(database, table, hours);
  // For those that were there, with the folder that an hour had then.
  yield* moveHours(database, table, hours);
}

/** The statement that makes a table. Columns that Hive can't read, or that have a partition's name, are left out. */
function createHourTable(database: string, table: HourTable): string {
  const columns = readable(table).map(({ name, type }) => `  ${identifier(name)} ${type}`);
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${nameOf(database, table)} (`,
    columns.join(',\n'),
    ')',
    `PARTITIONED BY (\`year\` INT, \`month\` INT, \`day\` INT, \`hour\` INT${table.hasParts ? ', `part` STRING' : ''})`,
    'STORED AS PARQUET',
    `LOCATION ${textLiteral(table.location)}`,
  ].join('\n');
}

/** Statements that add partitions which aren't there yet. */
function addHours(database: string, table: HourTable, hours: readonly HourFolder[]): string[] {
  return batches(hours).map((batch) => {
    const each = batch.map((one) => `  PARTITION (${spec(one)}) LOCATION ${locationOf(table, one)}`);
    return `ALTER TABLE ${nameOf(database, table)} ADD IF NOT EXISTS\n${each.join('\n')}`;
  });
}

/** Statements that give partitions other folders. */
function moveHours(database: string, table: HourTable, hours: readonly HourFolder[]): string[] {
  return hours.map(
    (one) =>
      `ALTER TABLE ${nameOf(database, table)} PARTITION (${spec(one)}) SET LOCATION ${locationOf(table, one)}`,
  );
}

function dropHours(database: string, table: HourTable, hours: readonly HourPartition[]): string[] {
  return batches(hours).map((batch) => {
    const each = batch.map((one) => `  PARTITION (${spec(one)})`);
    return `ALTER TABLE ${nameOf(database, table)} DROP IF EXISTS\n${each.join(',\n')}`;
  });
}

/** @throws EngineError where Hive could not be given another folder: SET LOCATION takes no such paths, escaped or not */
export function assertMovable(location: string): void {
  if (/^[\w.:/=@+~,-]*$/.test(location)) return;
  throw new EngineError(
    'hive',
    `tables of hours can't lie in ${location}: Hive can't move a partition to a place whose path has spaces or signs that URLs escape`,
  );
}

/** Is waited for before each statement: it throws where this process must tell Hive nothing more. */
type Before = () => Promise<void>;

const atOnce: Before = () => Promise.resolve();

/** Keeps tables of hours of a Hive up to date, for one process that alone writes what it tells of. */
export class HourTables {
  readonly #sessions: Sessions;
  readonly #database: string;
  /** The partitions of tables, as `year=2026/month=11/day=29/hour=11/part=0`, by the table's name. */
  readonly #known = new Map<string, Promise<Set<string>>>();
  /** The columns that a table was given, by its name. */
  readonly #columns = new Map<string, string>();

  constructor(sessions: Sessions, database: string) {
    this.#sessions = sessions;
    this.#database = database;
  }

  /** Hours lie in these folders from now on. @throws EngineError */
  async show(
    table: HourTable,
    hours: readonly HourFolder[],
    signal: AbortSignal,
    before: Before = atOnce,
  ): Promise<void> {
    assertMovable(table.location);
    const known = await this.#ready(table, signal);
    const isThere = (one: HourPartition): boolean => known.has(pathOf(one));
    const missing = hours.filter((one) => !isThere(one));
    const moved = hours.filter(isThere);
    for (const sql of [
      ...addHours(this.#database, table, missing),
      ...moveHours(this.#database, table, moved),
    ]) {
      await before();
      await this.#sessions.execute(sql, signal);
    }
    for (const one of missing) known.add(pathOf(one));
  }

  /** Hours have no rows any more. @throws EngineError */
  async hide(
    table: HourTable,
    hours: readonly HourPartition[],
    signal: AbortSignal,
    before: Before = atOnce,
  ): Promise<void> {
    const known = await this.#ready(table, signal);
    for (const sql of dropHours(this.#database, table, hours)) {
      await before();
      await this.#sessions.execute(sql, signal);
    }
    for (const one of hours) known.delete(pathOf(one));
  }

  /** A table has these hours, and no others. @throws EngineError */
  async replace(table: HourTable, hours: readonly HourFolder[], signal: AbortSignal): Promise<void> {
    await this.show(table, hours, signal);
    const wanted = new Set(hours.map(pathOf));
    const others = [...(await this.#ready(table, signal))].filter((path) => !wanted.has(path));
    await this.hide(table, others.map(partitionOf), signal);
  }

  /** Makes the table where it is missing, and gives it the columns that it lacks. */
  async #ready(table: HourTable, signal: AbortSignal): Promise<Set<string>> {
    const columns = JSON.stringify(table.columns);
    if (this.#columns.get(table.name) !== columns) {
      await this.#sessions.execute(createDatabase(this.#database), signal);
      await this.#sessions.execute(createHourTable(this.#database, table), signal);
      await this.#addColumns(table, signal);
      this.#columns.set(table.name, columns);
    }
    let known = this.#known.get(table.name);
    if (!known) {
      known = this.#partitions(table, signal);
      this.#known.set(table.name, known);
      known.catch(() => this.#known.delete(table.name));
    }
    return known;
  }

  async #addColumns(table: HourTable, signal: AbortSignal): Promise<void> {
    const present = new Set(await this.#first(`DESCRIBE ${nameOf(this.#database, table)}`, signal));
    const missing = readable(table).filter(({ name }) => !present.has(name.toLowerCase()));
    if (missing.length === 0) return;
    const added = missing.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ');
    // Partitions that are there get them, too: their hours may get rows with them.
    const sql = `ALTER TABLE ${nameOf(this.#database, table)} ADD COLUMNS (${added}) CASCADE`;
    await this.#sessions.execute(sql, signal);
  }

  async #partitions(table: HourTable, signal: AbortSignal): Promise<Set<string>> {
    try {
      return new Set(await this.#first(`SHOW PARTITIONS ${nameOf(this.#database, table)}`, signal));
    } catch (error) {
      if (isMissing(error)) return new Set();
      throw error;
    }
  }

  async #first(sql: string, signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    for await (const page of this.#sessions.query(sql, signal)) {
      for (const text of page.text(0)) if (text !== null) found.push(text);
    }
    return found;
  }
}

function readable({ columns }: HourTable): HourTable['columns'] {
  return columns.filter(({ name }) => READABLE.test(name) && !PARTITION_COLUMNS.includes(name.toLowerCase()));
}

function nameOf(database: string, { name }: HourTable): string {
  return qualified(database, name);
}

function locationOf({ location }: HourTable, { folder }: HourFolder): string {
  return textLiteral(`${location}/${folder}`);
}

function spec({ year, month, day, hour, part }: HourPartition): string {
  const hours = `\`year\` = ${year}, \`month\` = ${month}, \`day\` = ${day}, \`hour\` = ${hour}`;
  return part === undefined ? hours : `${hours}, \`part\` = ${textLiteral(part)}`;
}

function pathOf({ year, month, day, hour, part }: HourPartition): string {
  const hours = `year=${year}/month=${month}/day=${day}/hour=${hour}`;
  return part === undefined ? hours : `${hours}/part=${part}`;
}

function partitionOf(path: string): HourPartition {
  const values = new Map(path.split('/').map((one) => one.split('=') as [string, string]));
  const number = (name: string): number => Number(values.get(name));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    ...(values.has('part') ? { part: values.get('part') ?? '' } : {}),
  };
}
