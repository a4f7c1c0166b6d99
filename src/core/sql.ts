const texts = new WeakMap<Sql, string>();

/**
 * SQL that is a literal of this code. Only the tag `sql` makes it, from literals and other `Sql`, so that
 * nothing known only at run time can become a part of it. Engines derive rows (`Derivation`) by no other SQL.
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
  const result = new Sql();
  texts.set(result, text);
  return result;
}

/** A query, and the name under which the next query reads its rows. */
export interface NamedQuery {
  readonly name: string;
  readonly rows: Sql;
}
