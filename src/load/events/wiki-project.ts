import { nearest } from '../../core/value/nearest.ts';
import { knownWikis, projectOfWiki } from '../../core/metric/wiki-databases.ts';
import { FieldError, shown } from '../bad-row.ts';

/** The projects of the wikis that files are of. */
export class WikiProjects {
  readonly #given: string | undefined;
  /** The last one that was asked for: most files are of one wiki. */
  #database: string | undefined;
  #project: string | undefined;

  /** @param given the project of the one wiki that all files are of, whatever its database is called */
  constructor(given?: string) {
    this.#given = given;
  }

  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  /** The project of a database; undefined where its name tells none. */
  find(database: string): string | undefined {
    return this.#given ?? projectOfWiki(database);
  }

  /**
   * Likewise, of what stands in a file.
   * @param field where it stands
   * @throws FieldError where its name tells none, or it is the second one where a project was given
   */
  of(database: string, field: string): string {
    if (database === this.#database && this.#project !== undefined) return this.#project;
    if (this.#given !== undefined && this.#database !== undefined)
      throw new FieldError(
        field,
        `${shown(database)} is another wiki than ${shown(this.#database)}: with --project all files are of one`,
      );
    const project = this.find(database);
    if (project === undefined) {
      const near = nearest(database, knownWikis());
      const meant = near === undefined ? '' : `: did you mean ${near}?`;
      throw new FieldError(
        field,
        `${shown(database)} is no wiki of Wikimedia that is known here${meant}; of another wiki, --project names the project, for instance --project ${nameLike(database)}`,
      );
    }
    this.#database = database;
    this.#project = project;
    return project;
  }
}

/** `foowiki` → `foo.wiki`, as an example of a project. */
function nameLike(database: string): string {
  const name = database
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-?wiki$/, '')
    .replaceAll(/^-|-$/g, '');
  return `${name === '' ? 'my' : name.slice(0, 40)}.wiki`;
}
