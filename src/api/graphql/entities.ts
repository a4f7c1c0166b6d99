/** A thing that metrics are about. Several dimensions can name it together. */
export interface Entity {
  /** The name of its type, `Article`. In small letters it is the field, `article`. */
  readonly name: string;
  /** The name of the field for several entities. */
  readonly plural: string;
  readonly doc: string;
  /** The dimensions that name it. In a list of entities, the last dimension varies. */
  readonly dimensions: readonly [string, ...string[]];
  /** The GraphQL names of the last dimension: `article` for one entity, `articles` for the argument that takes several. */
  readonly called: readonly [one: string, many: string];
}

/**
 * The entities, from the least to the most specific. A metric nests under every entity whose dimensions it
 * has. An entry of a list is an entity if the entry and the list name it together: an entry with an article
 * is an `article` if the list has a project.
 */
export const ENTITIES: readonly Entity[] = [
  {
    name: 'Project',
    plural: 'projects',
    doc: 'A Wikimedia project, with all metrics about it.',
    dimensions: ['project'],
    called: ['name', 'names'],
  },
  {
    name: 'Country',
    plural: 'countries',
    doc: 'A country, with all metrics about it.',
    dimensions: ['country'],
    called: ['code', 'codes'],
  },
  {
    name: 'File',
    plural: 'files',
    doc: 'A media file, with all metrics about it.',
    dimensions: ['file_path'],
    called: ['path', 'paths'],
  },
  {
    name: 'Article',
    plural: 'articles',
    doc: 'A page of a project, with all metrics about it.',
    dimensions: ['project', 'article'],
    called: ['article', 'articles'],
  },
];

/**
 * Returns the entity of a list's entries: the most specific one that the dimensions of entry and list name
 * together, and whose last dimension is ranked.
 * @param ranked the dimensions that the list ranks
 * @param ofList the dimensions of the list itself
 */
export function entityOfEntry(ranked: readonly string[], ofList: readonly string[]): Entity | undefined {
  const all = [...ranked, ...ofList];
  return ENTITIES.findLast(
    ({ dimensions }) =>
      dimensions.every((name) => all.includes(name)) && ranked.includes(dimensions.at(-1) as string),
  );
}
