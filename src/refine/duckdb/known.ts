import { BOOLEAN, type DuckDBConnection, UBIGINT, VARCHAR } from '@duckdb/node-api';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { previousOf } from '../previous.ts';
import type { ViewRules } from '../view-rules.ts';
import type { Bindings } from '../../warehouses/lake/sql.ts';
import { decideOnce } from './dictionary.ts';
import { LINK, PAGE, textOf } from './requests.ts';

/** How many decisions of a kind are kept: with them, an hour's new ones only have to be made. */
const MOST_KEPT = 1_000_000;

/** The keys of pages that were decided about. */
export const KNOWN_PAGES = 'known_pages';
/** Of these, all that differ from a page of the host's project, in no namespace, whose article is the path. */
export const OTHER_PAGES = 'other_pages';
/** Where views came from, by the keys of `link`. */
export const LINKS = 'links';
const TABLES = {
  [KNOWN_PAGES]: 'key UBIGINT',
  [OTHER_PAGES]: 'key UBIGINT, is_page BOOLEAN, project VARCHAR, article VARCHAR, namespace VARCHAR',
  [LINKS]: 'key UBIGINT, referer_class VARCHAR, referer_name VARCHAR, referer_host VARCHAR, previous VARCHAR',
};

/** Decisions about pages and referers, kept from hour to hour: most come again. */
export class Known {
  readonly #rules: ViewRules;
  /** The project of each host that has pages. */
  readonly #projects = new Map<string, string>();
  /** Whether a decision may be in a table twice, because work ended early. */
  #isBroken = false;

  constructor(rules: ViewRules) {
    this.#rules = rules;
  }

  /** Makes the tables, and empties those that have become too large. */
  async prepare(connection: DuckDBConnection): Promise<void> {
    for (const [name, columns] of Object.entries(TABLES))
      await execute(connection, `CREATE TABLE IF NOT EXISTS ${name} (${columns})`);
    const counts = [KNOWN_PAGES, LINKS].map((name) => `(SELECT count(*) FROM ${name})`);
    const [[most = 0] = []] = await queryAll(
      connection,
      `SELECT CAST(greatest(${counts.join(', ')}) AS DOUBLE)`,
    );
    const isLarge = Number(most) > MOST_KEPT || this.#projects.size > MOST_KEPT;
    if (!isLarge && !this.#isBroken) return;
    for (const name of Object.keys(TABLES)) await execute(connection, `DELETE FROM ${name}`);
    this.#projects.clear();
    this.#isBroken = false;
  }

  /** Decides about the pages of the table `requests` that aren't known. */
  async pages(connection: DuckDBConnection): Promise<void> {
    this.#isBroken = true;
    const firsts = PAGE.map((column) => `${textOf(column)} AS ${column}`);
    await decideOnce<[string, string, string, string, string, string]>(connection, {
      into: OTHER_PAGES,
      columns: [UBIGINT, BOOLEAN, VARCHAR, VARCHAR, VARCHAR],
      values: `SELECT page AS key, ${firsts.join(', ')} FROM requests
        ANTI JOIN (SELECT key AS page FROM ${KNOWN_PAGES}) USING (page) GROUP BY page`,
      read: PAGE,
      decide: ([host, path, query, xAnalytics, isApp, hasType]) => {
        const is = { isApp: isApp === 'true', hasContentType: hasType === 'true' };
        const page = this.#rules.pageOf({ host, path, query, xAnalytics, ...is });
        if (!page) return [false, null, null, null];
        const { project, article, namespace } = page;
        if (!this.#projects.has(host)) this.#projects.set(host, project);
        const isPlain = article === path && namespace === '' && project === this.#projects.get(host);
        return isPlain ? undefined : [true, project, article, namespace];
      },
    });
    await execute(
      connection,
      `INSERT INTO ${KNOWN_PAGES} SELECT DISTINCT page FROM requests ANTI JOIN (SELECT key AS page FROM ${KNOWN_PAGES}) USING (page)`,
    );
    this.#isBroken = false;
  }

  /** The project of a host's pages; undefined if none is known. */
  projectOf(host: string): string | undefined {
    return this.#projects.get(host);
  }

  /**
   * Decides about the referers of a relation that aren't known.
   * @param relation with the columns of `LINK` and `link`
   */
  async links(connection: DuckDBConnection, relation: string, bindings: Bindings): Promise<void> {
    const firsts = LINK.map((column) => `${textOf(column)} AS ${column}`);
    await decideOnce<[string, string]>(connection, {
      into: LINKS,
      columns: [UBIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
      values: `SELECT link AS key, ${firsts.join(', ')} FROM ${relation}
        ANTI JOIN (SELECT key AS link FROM ${LINKS}) USING (link) GROUP BY link`,
      read: LINK,
      bindings,
      decide: ([host, referer]) => {
        const found = this.#rules.refererOf(referer, host);
        const previous = previousOf(this.#rules, referer, found, this.#projects.get(host));
        return [found.class, found.name, found.host, previous];
      },
    });
  }
}
