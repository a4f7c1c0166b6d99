/** A thing that metrics are about: what several dimensions name together. */
export interface Entity {
  /** Its type, and as a field: `Article`, `article`. */
  readonly name: string;
  /** The field that gives several. */
  readonly plural: string;
  readonly doc: string;
  /** The dimensions that name it; a list has several values of the last one. */
  readonly dimensions: readonly [string, ...string[]];
  /** What the last dimension is called as an argument and field of the entity, and as an argument that lists. */
  readonly called: readonly [one: string, many: string];
}

/**
 * The entities, from the least to the most specific. A metric nests under each whose dimensions it
 * has; a list's entries are what their dimensions and those of the list name together.
 */
export const ENTITIES: readonly Entity[] = [
  {
    name: 'Project',
    plural: 'projects',
    doc: 'A Wikimedia project, with every metric that is about one.',
    dimensions: ['project'],
    called: ['name', 'names'],
  },
  {
    name: 'Country',
    plural: 'countries',
    doc: 'A country, with every metric that is about one.',
    dimensions: ['country'],
    called: ['code', 'codes'],
  },
  {
    name: 'File',
    plural: 'files',
    doc: 'A media file, with every metric that is about one.',
    dimensions: ['file_path'],
    called: ['path', 'paths'],
  },
  {
    name: 'Article',
    plural: 'articles',
    doc: 'A page of a project, with every metric that is about one.',
    dimensions: ['project', 'article'],
    called: ['article', 'articles'],
  },
];

/**
 * The entity that an entry of a list is: the most specific one that the dimensions of entry and
 * list name together and whose last one is ranked.
 */
export function entityOfEntry(ranked: readonly string[], listed: readonly string[]): Entity | undefined {
  const all = [...ranked, ...listed];
  return ENTITIES.findLast(
    ({ dimensions }) =>
      dimensions.every((name) => all.includes(name)) && ranked.includes(dimensions.at(-1) as string),
  );
}
