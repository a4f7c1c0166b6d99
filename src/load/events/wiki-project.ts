import { nearest } from '../../core/value/nearest.ts';
import { knownWikis, projectOfWiki } from '../../core/metric/wiki-databases.ts';
import { FieldError, excerptOf } from '../bad-row.ts';

/** Finds the projects of the wikis that files come from. */
export class WikiProjects {
  readonly #given: string | undefined;
  /** The last result: most files come from one wiki. */
  #database: string | undefined;
  #project: string | undefined;

  /**
   * @param given the project, if all files come from one wiki; the name of the wiki's database is then
   * ignored
   */
  constructor(given?: string) {
    this.#given = given;
  }

  get isGiven(): boolean {
    return this.#given !== undefined;
  }

  /** Returns the project of a database; undefined if it can't be told from the database's name. */
  find(database: string): string | undefined {
    return this.#given ?? projectOfWiki(database);
  }

  /**
   * Returns the project of a database that a file names.
   * @param field the field that names the database
   * @throws FieldError if the database is unknown, or is a second one although a project was given
   */
  of(database: string, field: string): string {
    if (database === this.#database && this.#project !== undefined) return this.#project;
    if (this.#given !== undefined && this.#database !== undefined)
      throw new FieldError(
        field,
        `${excerptOf(database)} is another wiki than ${excerptOf(this.#database)}: with --project, all files must come from one wiki`,
      );
    const project = this.find(database);
    if (project === undefined) {
      const near = nearest(database, knownWikis());
      const meant = near === undefined ? '' : `: did you mean ${near}?`;
      throw new FieldError(
        field,
        `${excerptOf(database)} is not a known Wikimedia wiki${meant}; for another wiki, name its project, for instance --project ${nameLike(database)}`,
      );
    }
    this.#database = database;
    this.#project = project;
    return project;
  }
}

/** Makes an example of a project's name: `foowiki` → `foo.wiki`. */
function nameLike(database: string): string {
  const name = database
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-?wiki$/, '')
    .replaceAll(/^-|-$/g, '');
  return `${name === '' ? 'my' : name.slice(0, 40)}.wiki`;
}
