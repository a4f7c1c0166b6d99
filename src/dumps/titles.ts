import { type Sql, sql } from '../core/sql.ts';
import type { Fault } from './format.ts';

/** A longer title has no key in the series store. No wiki has a title of more than 255 bytes. */
const LONGEST_BYTES = sql`1200`;

/** Whether a text lies in quotes, as Spark writes them: only around a quote or a space. */
function isQuoted(text: Sql): Sql {
  return sql`(starts_with(${text}, '"') AND regexp_full_match(${text}, '"(?:[^"\\\\]|\\\\.)*"')
    AND (contains(${text}, '\\"') OR contains(${text}, ' ')))`;
}

/** Returns the title of a field that Spark may have quoted. */
export function unquoted(field: Sql): Sql {
  return sql`CASE WHEN ${isQuoted(field)} THEN regexp_replace(${field}[2:-2], '\\\\(.)', '\\1', 'g') ELSE ${field} END`;
}

/**
 * Returns the title of a field with percent-encoding, in either case, and underscores for spaces. One that isn't UTF-8
 * then stays as it is.
 */
export function decoded(field: Sql): Sql {
  return sql`CASE WHEN contains(${field}, '%') THEN replace(coalesce(TRY(url_decode(${field})), ${field}), ' ', '_') ELSE ${field} END`;
}

/** The faults of a title in a field. */
export function titleFaults(field: Sql, line: (title: string) => string): Fault[] {
  return [
    { reason: 'the title is empty', when: sql`${field} = ''`, example: line('') },
    {
      reason: 'the title has a NUL',
      when: sql`contains(${field}, chr(0))`,
      example: line('a\0b'),
    },
    {
      reason: 'the title is longer than any key',
      when: sql`strlen(${field}) > ${LONGEST_BYTES}`,
      example: line('x'.repeat(1300)),
    },
  ];
}

/** The fault of a field that should be a count. */
export function countFault(field: Sql, example: string): Fault {
  return {
    reason: 'the count is not a whole number',
    when: sql`NOT regexp_full_match(${field}, '[0-9]{1,15}')`,
    example,
  };
}
