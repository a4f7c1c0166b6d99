/** The names that GraphQL allows; two underscores are reserved. */
const LEGAL = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;

/** The GraphQL name of a field or argument: `access-site` → `accessSite`, `views_ceil` → `viewsCeil`. */
export function fieldName(name: string): string {
  return name.replace(/[-_]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The GraphQL name of a type: `pageviews-per-article` → `PageviewsPerArticle`. */
export function typeName(name: string): string {
  const field = fieldName(name);
  return field.charAt(0).toUpperCase() + field.slice(1);
}

/** The GraphQL name of an enum value: `all-access` → `ALL_ACCESS`, `5..24-edits` → `_5_TO_24_EDITS`. */
export function enumName(value: string): string {
  const name = value
    .replaceAll('..', '-to-')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  return /^\d/.test(name) ? `_${name}` : name;
}

/**
 * Translates the catalogue's names to GraphQL's.
 * @returns the texts by their GraphQL names
 * @throws Error that names the texts if two would get the same name, or one has no legal name
 */
export function spellAll(texts: Iterable<string>, spell: (text: string) => string): Map<string, string> {
  const table = new Map<string, string>();
  for (const text of texts) {
    const name = spell(text);
    const other = table.get(name);
    if (!LEGAL.test(name)) throw new Error(`${JSON.stringify(text)} can't be a name in GraphQL.`);
    if (other !== undefined)
      throw new Error(
        `${JSON.stringify(other)} and ${JSON.stringify(text)} would both be named ${name} in GraphQL.`,
      );
    table.set(name, text);
  }
  return table;
}

/** The GraphQL argument that a problem's parameter stands for. */
export function argumentOf(parameter: string): string {
  // A path into a /query question keeps its names.
  if (/[.[]/.test(parameter)) return parameter;
  return parameter === 'granularity' ? 'grain' : fieldName(parameter);
}
