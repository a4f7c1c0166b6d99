import { EngineError } from '../../core/engine-error.ts';
import { textOfBytes } from '../../core/value/text-of-bytes.ts';
import { type ForeignTable, isTableName } from '../foreign-table.ts';
import { qualified } from './ddl.ts';
import { identifier } from './literals.ts';
import { isMissing } from './metastore.ts';
import type { Sessions } from './sessions.ts';

/**
 * Returns a column's bytes in base64. Hive doesn't report text that isn't UTF-8: read as strings, wrong bytes
 * become U+FFFD and two titles may become one.
 */
function bytesOf(column: string): string {
  return `base64(CAST(CAST(${identifier(column)} AS STRING) AS BINARY))`;
}

function textOrBytes(base64: string | null): string | Uint8Array | null {
  if (base64 === null) return null;
  const bytes = Buffer.from(base64, 'base64');
  return textOfBytes(bytes) ?? bytes;
}

/**
 * Returns a table of the server, in any database, that isn't one of Kraken's.
 * @param database the default if the name has no database
 * @param isOwn tells whether a table of that database is Kraken's
 */
export function foreignTable(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  name: string,
  isOwn: (table: string, signal: AbortSignal) => Promise<boolean>,
): ForeignTable {
  const [table = '', base = database] = name.split('.').toReversed();
  const place = qualified(base, table);
  return {
    columns: async (signal) => {
      const ours =
        base.toLowerCase() === database.toLowerCase() && (await isOwn(table.toLowerCase(), signal));
      if (!isTableName(name) || ours) return undefined;
      const names: string[] = [];
      try {
        for await (const page of sessions.query(`SHOW COLUMNS IN ${place}`, signal))
          names.push(...page.text(0).map((column) => (column ?? '').trim()));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return names;
    },
    digest: () => Promise.resolve(undefined),
    rows: async function* (columns, signal) {
      if (!isTableName(name)) throw new EngineError('hive', 'the name is not one of a table');
      const list = columns.map(bytesOf).join(', ');
      for await (const page of sessions.query(`SELECT ${list} FROM ${place}`, signal)) {
        const texts = columns.map((_, i) => page.text(i).map(textOrBytes));
        yield Array.from({ length: page.length }, (_, row) => texts.map((column) => column[row] ?? null));
      }
    },
  };
}
