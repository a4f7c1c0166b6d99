import { sql, type Sql, sqlJoin, sqlText } from '../core/sql.ts';
import { literal } from '../warehouses/lake/sql.ts';
import type { DumpFormat } from './format.ts';

/** So many fields are told apart beyond those that a line may have. They are needed for quoted titles with spaces. */
const MORE_FIELDS = 6;
/** Stands for no text: empty texts are texts. */
const NO_TEXT = '\x01';
/** An example is cut to this length. */
const EXAMPLE_LENGTH = 200;

/**
 * Returns the lines of a file as a relation, by DuckDB's reader of CSV without quotes: the columns c1, c2, … have what
 * lies between separators, as it is.
 * @param rejects the table of the lines that aren't UTF-8; without it they are left out
 */
function split(path: string, format: DumpFormat, rejects: string | undefined): string {
  const names = pieces(format).map((name) => `'${name}': 'VARCHAR'`);
  const options = [
    `delim = ${literal(format.separator)}`,
    `header = false, auto_detect = false, strict_mode = false, null_padding = true`,
    `quote = '', escape = '', comment = '', nullstr = ${literal(NO_TEXT)}`,
    `columns = {${names.join(', ')}}`,
    rejects === undefined
      ? 'ignore_errors = true'
      : `store_rejects = true, rejects_limit = 0, rejects_table = '${rejects}', rejects_scan = '${rejects}_scan'`,
  ];
  return `read_csv(${literal(path)}, ${options.join(', ')})`;
}

/** The columns of what lies between separators. */
function pieces(format: DumpFormat): string[] {
  return Array.from({ length: format.fields + MORE_FIELDS }, (_, index) => `c${index + 1}`);
}

/** The whole line. NULL, an absent field, adds nothing. */
function wholeLine(format: DumpFormat): string {
  return `concat_ws(${literal(format.separator)}, ${pieces(format).join(', ')})`;
}

/**
 * Returns the fields of a file's lines as a relation: f1, f2, …, one more than a line may have, beside c1, c2, …. The second
 * field may be quoted and have separators; then the fields behind it are counted from its end.
 */
function fields(path: string, format: DumpFormat, rejects: string | undefined): string {
  const places = Array.from({ length: format.fields + 1 }, (_, index) => index + 1);
  const source = split(path, format, rejects);
  if (!format.hasQuotes)
    return `(SELECT *, ${places.map((place) => `c${place} AS f${place}`).join(', ')} FROM ${source})`;
  const columns = places.map((place) => {
    if (place === 1) return 'c1 AS f1';
    const quoted = place === 2 ? 'q.title' : `string_split(q.rest, ' ')[${place - 2}]`;
    return `CASE WHEN q IS NULL OR q.title = '' THEN c${place} ELSE ${quoted} END AS f${place}`;
  });
  return `(SELECT *, ${columns.join(', ')} FROM (
      SELECT *, CASE WHEN starts_with(c2, '"')
        THEN regexp_extract(${wholeLine(format)}, '^[^ ]* ("(?:[^"\\\\]|\\\\.)*") (.*)$', ['title', 'rest']) END AS q
      FROM ${source}
    ) AS lines)`;
}

/** A statement's parts that read a file. */
export interface Lines {
  readonly path: string;
  readonly format: DumpFormat;
  /** The table of the wikis by their codes: `code`, `project`, `access`. */
  readonly wikis: string;
}

/** Selects the codes of wikis, each once. */
export function codesOf({ path, format }: Omit<Lines, 'wikis'>, most: number): string {
  return `SELECT DISTINCT c1 FROM ${split(path, format, undefined)} WHERE c1 IS NOT NULL LIMIT ${most}`;
}

function faultOf(format: DumpFormat): Sql {
  const faults = format.faults.map(({ reason, when }) => sql`WHEN ${when} THEN ${sqlText(reason)}`);
  const unknown = format.wikiOf ? [sql`WHEN wikis.project IS NULL THEN 'the wiki is unknown'`] : [];
  const out = format.leftOut ? [sql`WHEN ${format.leftOut} THEN ''`] : [];
  return sql`CASE ${sqlJoin([...out, ...faults, ...unknown], sql` `)} END`;
}

function checked({ path, format, wikis }: Lines, rejects: string | undefined, columns: string): string {
  const join = format.wikiOf ? `LEFT JOIN ${wikis} AS wikis ON wikis.code = f1` : '';
  return `SELECT ${columns} FROM ${fields(path, format, rejects)} AS fields ${join}`;
}

/**
 * Selects, for each fault, `fault`, how many lines have it and one of them. Of the rows without a fault it is NULL, of
 * lines that are left out an empty text.
 */
export function faultsIn(lines: Lines, rejects: string): string {
  const { format } = lines;
  const columns = [`${faultOf(format).text} AS fault`, ...pieces(format)];
  // The line is put together of the malformed ones alone: of all, it would take as long as everything else.
  const example = `CASE WHEN fault <> '' THEN left(${wholeLine(format)}, ${EXAMPLE_LENGTH}) END`;
  return `SELECT fault, count(*), any_value(${example}) FROM (${checked(lines, rejects, columns.join(', '))}) AS checked
    GROUP BY fault`;
}

/** Selects the rows that a file's lines without faults give. @param columns see `DumpFormat.columns` */
export function rowsIn(lines: Lines, columns: Sql): string {
  return `${checked(lines, undefined, columns.text)} WHERE ${faultOf(lines.format).text} IS NULL`;
}
