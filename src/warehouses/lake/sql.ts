import { type DuckDBType, type DuckDBValue, INTEGER, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { Column, Table } from '../../core/metric/table.ts';

/** Quotes a name for SQL. Names come from the catalogue; some of them are keywords. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a text of our own making, such as a path, as a literal. A caller's text must be bound instead. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Puts a caller's texts into a statement. */
export interface Texts {
  text(value: string): string;
  /** A list of texts. */
  texts(values: readonly string[]): string;
}

/** Writes texts as literals, for statements that people read. DuckDB knows no escapes but the doubled quote. */
export const LITERALS: Texts = {
  text: literal,
  texts: (values) => `[${values.map(literal).join(', ')}]`,
};

/** The values bound to one statement. Each is a `$n` in its text. */
export class Bindings implements Texts {
  readonly values: DuckDBValue[] = [];
  readonly types: DuckDBType[] = [];

  text(value: string): string {
    return this.#add(value, VARCHAR);
  }

  /** Binds a list of texts. As a list of files it must not be empty: DuckDB refuses to open none. */
  texts(values: readonly string[]): string {
    return this.#add(listValue(values), LIST(VARCHAR));
  }

  numbers(values: readonly number[]): string {
    return this.#add(listValue(values), LIST(INTEGER));
  }

  #add(value: DuckDBValue, type: DuckDBType): string {
    this.types.push(type);
    return `$${this.values.push(value)}`;
  }
}

/** Returns the rows of Parquet files as a relation. The names of their folders make no columns. */
export function rowsOfFiles(files: readonly string[], bindings: Pick<Bindings, 'texts'>): string {
  return `read_parquet(${bindings.texts(files)}, hive_partitioning = false)`;
}

/** Returns the conditions that each column has one of the values given for it. */
export function oneOf(
  table: Table,
  where: readonly { readonly column: string; readonly values: readonly string[] }[],
  bindings: Bindings,
): string[] {
  return where.map(({ column, values }) => {
    if (!textColumns(table).some((known) => known.name === column)) {
      throw new TypeError(`table ${table.name} has no dimension ${column}`);
    }
    // Equalities are pushed down to the statistics of row groups; `IN` is not.
    const any = values.map((value) => `${identifier(column)} = ${bindings.text(value)}`);
    return any.length === 0 ? 'false' : `(${any.join(' OR ')})`;
  });
}

/** The dimensions and, for tops, the ranked columns. */
export function textColumns(table: Table): readonly Column[] {
  return [...table.dimensions, ...table.entry];
}

/** The columns that identify a row of a partition, in sorting order. */
export function keyColumns(table: Table): string[] {
  return [...listColumns(table), ...table.entry.map(({ name }) => identifier(name))];
}

/** The columns that identify a list of a top, or a row of a series, in sorting order. */
export function listColumns({ dimensions, identity, sortedFirst = [] }: Table): string[] {
  const first = sortedFirst.map(({ name }) => name);
  const others = dimensions.slice(0, identity).flatMap(({ name }) => (first.includes(name) ? [] : [name]));
  return [...first, ...others, 'timestamp'].map(identifier);
}

/** The columns that identify a row among all parts, in the order of files. */
export function partKey(table: Table): string[] {
  return ['_part', ...keyColumns(table)];
}

/** The columns of a file with their types, in order. */
export function fileColumns(table: Table): { readonly name: string; readonly type: string }[] {
  return [
    ...table.dimensions.map(({ name }) => ({ name, type: 'VARCHAR' })),
    { name: 'timestamp', type: 'VARCHAR' },
    ...table.entry.map(({ name }) => ({ name, type: 'VARCHAR' })),
    ...(table.ranking ? [{ name: 'rank', type: 'BIGINT' }] : []),
    ...table.measures.map(({ name, type }) => ({ name, type: type === 'decimal' ? 'DOUBLE' : 'BIGINT' })),
  ];
}

/** Returns the names of a file's columns as a list. */
export function namesOf(table: Table): string {
  return fileColumns(table)
    .map(({ name }) => identifier(name))
    .join(', ');
}

/**
 * Returns the columns of a file as a list of expressions over rows that have them in other types: texts may be ENUMs, whose
 * values all come into the statistics of each row group.
 */
export function asFileColumns(table: Table): string {
  const columns = fileColumns(table).map(({ name, type }) => {
    const column = identifier(name);
    return `CAST(${column} AS ${type}) AS ${column}`;
  });
  return columns.join(', ');
}

/**
 * Returns the view by which an analyst opens a table in DuckDB. It shows only files that the manifest names,
 * so that neither half-written nor superseded files count.
 * @param folder the lake's folder as an absolute path, so that the view works from any folder
 * @param name the view's name, if it isn't the table's name
 */
export function viewOf(folder: string, table: string, name = table): string {
  const root = `${folder}/${table}/`;
  return [
    `CREATE OR REPLACE VIEW ${identifier(name)} AS`,
    'SELECT * EXCLUDE (filename, "grain", "year", "month", "version"), "grain", "year", "month", "version"',
    `FROM read_parquet(${literal(`${root}grain=*/year=*/month=*/version=*/*.parquet`)}, filename = true, hive_partitioning = true,`,
    `  hive_types = {'grain': VARCHAR, 'year': INTEGER, 'month': INTEGER, 'version': INTEGER}) AS f`,
    'WHERE f.filename IN (',
    `  SELECT ${literal(root)} || unnest(flatten(list_transform(map_values(m.partitions), lambda p: p.files)))`,
    `  FROM read_json(${literal(`${root}_manifest.json`)},`,
    `    columns = {'partitions': 'MAP(VARCHAR, STRUCT(files VARCHAR[]))'}) AS m);`,
    '',
  ].join('\n');
}
