/** What GraphQL can spell begins with a letter or one underscore. */
const LEGAL = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;

/** The name of a field or argument: `access-site` → `accessSite`, `views_ceil` → `viewsCeil`. */
export function fieldName(name: string): string {
  return name.replace(/[-_]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of a type: `pageviews-per-article` → `PageviewsPerArticle`. */
export function typeName(name: string): string {
  const field = fieldName(name);
  return field.charAt(0).toUpperCase() + field.slice(1);
}

/** The name of an enum's value: `all-access` → `ALL_ACCESS`, `5..24-edits` → `_5_TO_24_EDITS`. */
export function enumName(value: string): string {
  const name = value
    .replaceAll('..', '-to-')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  return /^\d/.test(name) ? `_${name}` : name;
}

/**
 * The one table between what the catalogue says and what GraphQL can spell: GraphQL's names, each
 * with the text that it stands for, so that every name leads back.
 * @throws Error naming the texts when two of them would have one name, or one has none
 */
export function spellAll(texts: Iterable<string>, spell: (text: string) => string): Map<string, string> {
  const table = new Map<string, string>();
  for (const text of texts) {
    const name = spell(text);
    const other = table.get(name);
    if (!LEGAL.test(name)) throw new Error(`GraphQL can't spell ${JSON.stringify(text)}.`);
    if (other !== undefined)
      throw new Error(
        `${JSON.stringify(other)} and ${JSON.stringify(text)} would both be ${name} in GraphQL.`,
      );
    table.set(name, text);
  }
  return table;
}

/** The argument that a problem's parameter is in GraphQL. */
export function argumentOf(parameter: string): string {
  // A path in a question in the one language, whose names are those of REST.
  if (/[.[]/.test(parameter)) return parameter;
  return parameter === 'granularity' ? 'grain' : fieldName(parameter);
}
