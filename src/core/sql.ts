const texts = new WeakMap<Sql, string>();

/**
 * SQL that is a literal of this code. The tag `sql` makes it from literals and other `Sql`. Of what is known only
 * at run time, `sqlText` and `sqlNumber` let in values, never names or syntax. Engines derive rows (`Derivation`) by
 * no other SQL.
 */
export class Sql {
  get text(): string {
    return texts.get(this) ?? '';
  }
}

/** Makes SQL from a tagged literal. @throws TypeError for any other call, or a part that is not `Sql` */
export function sql(literals: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  if (!Array.isArray(literals.raw)) throw new TypeError('sql has to be used as the tag of a literal');
  let text = literals[0] ?? '';
  parts.forEach((part, index) => {
    const inner = texts.get(part);
    if (inner === undefined) throw new TypeError('the parts of SQL have to be made by the tag sql');
    text += inner + (literals[index + 1] ?? '');
  });
  return made(text);
}

/** Characters that may end a literal, or mean something in one, in some engine. */
const SPECIAL = /(['"`\\$;]|[^\P{Cc}\u0080-\u009f])/u;

/**
 * Returns a text as an expression that DuckDB and Hive read as this text. What lies between quotes has no special
 * character: those are written by their numbers.
 * @throws TypeError for a text with half of a surrogate pair or a NUL, which SQL can't hold
 */
export function sqlText(value: string): Sql {
  if (typeof value !== 'string' || /[\p{Surrogate}\0]/u.test(value))
    throw new TypeError('SQL holds no such text');
  const parts = value
    .split(SPECIAL)
    .filter((part) => part !== '')
    .map((part) => (SPECIAL.test(part) ? `chr(${part.codePointAt(0)})` : `'${part}'`));
  if (parts.length === 0) return made(`''`);
  return made(parts.length === 1 && parts[0] !== undefined ? parts[0] : `concat(${parts.join(', ')})`);
}

/** Returns a number as SQL. @throws TypeError if it isn't finite */
export function sqlNumber(value: number): Sql {
  if (!Number.isFinite(value)) throw new TypeError(`SQL has no number ${String(value)}`);
  return made(value < 0 ? `(${value})` : String(value));
}

/** Joins SQL. */
export function sqlJoin(parts: readonly Sql[], separator: Sql): Sql {
  const [first = sql``, ...others] = parts;
  return others.reduce((joined, part) => sql`${joined}${separator}${part}`, sql`${first}`);
}

function made(text: string): Sql {
  const result = new Sql();
  texts.set(result, text);
  return result;
}

/** A query, and the name under which the next query reads its rows. */
export interface NamedQuery {
  readonly name: string;
  readonly rows: Sql;
}
