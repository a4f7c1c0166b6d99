const texts = new WeakMap<Sql, string>();

/**
 * SQL of a declaration. Nothing that is known only at run time can become a part of one: it is made
 * by the tag `sql` alone, whose texts are literals of this code, and whose parts are others like it.
 * An engine runs no other statements about rows that it makes itself (`Derivation`).
 */
export class Sql {
  /** Of the text: another one means other rows. */
  get text(): string {
    return texts.get(this) ?? '';
  }
}

/** @throws TypeError for a part that is no `Sql`, or a call that isn't a tagged literal */
export function sql(literals: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  if (!Array.isArray(literals.raw)) throw new TypeError('SQL is a literal of a declaration');
  let text = literals[0] ?? '';
  parts.forEach((part, index) => {
    const inner = texts.get(part);
    if (inner === undefined) throw new TypeError('a part of SQL is SQL of a declaration');
    text += inner + (literals[index + 1] ?? '');
  });
  const result = new Sql();
  texts.set(result, text);
  return result;
}

/** A query, and what the next one calls its rows. */
export interface NamedQuery {
  readonly name: string;
  readonly rows: Sql;
}
