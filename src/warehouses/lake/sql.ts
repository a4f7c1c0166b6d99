import { type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { Column, Table } from '../../core/metric/table.ts';

/** A name in SQL. Names come from the catalogue; quoting them is for those that are keywords. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text of our own making (a path) as a literal. What a caller gave is bound instead. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The values bound to one statement: each is a `$n` in its text. */
export class Bindings {
  readonly values: DuckDBValue[] = [];
  readonly types: DuckDBType[] = [];

  text(value: string): string {
    return this.#add(value, VARCHAR);
  }

  /** A list of texts; DuckDB refuses to open an empty list of files, so the caller must not. */
  texts(values: readonly string[]): string {
    return this.#add(listValue(values), LIST(VARCHAR));
  }

  #add(value: DuckDBValue, type: DuckDBType): string {
    this.types.push(type);
    return `$${this.values.push(value)}`;
  }
}

/** The rows of Parquet files as a relation; what their folders are called is no column. */
export function rowsOfFiles(files: readonly string[], bindings: Bindings): string {
  return `read_parquet(${bindings.texts(files)}, hive_partitioning = false)`;
}

/** The condition that columns have one of the values given for them. */
export function oneOf(
  table: Table,
  where: readonly { readonly column: string; readonly values: readonly string[] }[],
  bindings: Bindings,
): string[] {
  return where.map(({ column, values }) => {
    if (!textColumns(table).some((known) => known.name === column)) {
      throw new TypeError(`table ${table.name} has no dimension ${column}`);
    }
    // An equality is pushed down to the statistics of row groups; a list's membership is not.
    const any = values.map((value) => `${identifier(column)} = ${bindings.text(value)}`);
    return any.length === 0 ? 'false' : `(${any.join(' OR ')})`;
  });
}

/** The dimensions and, for tops, the ranked ones. */
export function textColumns(table: Table): readonly Column[] {
  return [...table.dimensions, ...table.entry];
}

/** What tells two rows of a partition apart, in the order in which rows are sorted. */
export function keyColumns(table: Table): string[] {
  return [...listColumns(table), ...table.entry.map(({ name }) => identifier(name))];
}

/** What tells two lists of a top apart, in the order in which they are sorted; of a series, its rows. */
export function listColumns({ dimensions, identity, sortedFirst = [] }: Table): string[] {
  const first = sortedFirst.map(({ name }) => name);
  const others = dimensions.slice(0, identity).flatMap(({ name }) => (first.includes(name) ? [] : [name]));
  return [...first, ...others, 'timestamp'].map(identifier);
}

/** The columns of a file with their types, in their order. */
export function fileColumns(table: Table): { readonly name: string; readonly type: string }[] {
  return [
    ...table.dimensions.map(({ name }) => ({ name, type: 'VARCHAR' })),
    { name: 'timestamp', type: 'VARCHAR' },
    ...table.entry.map(({ name }) => ({ name, type: 'VARCHAR' })),
    ...(table.ranking ? [{ name: 'rank', type: 'BIGINT' }] : []),
    ...table.measures.map(({ name, type }) => ({ name, type: type === 'decimal' ? 'DOUBLE' : 'BIGINT' })),
  ];
}

/**
 * The view by which an analyst opens a table in DuckDB. It shows what the manifest names, so
 * neither files that are just being written nor those that were superseded count twice.
 * @param folder the lake's, absolute, so that the view works from any folder
 * @param name what the view is called, where that isn't the table's own name
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
