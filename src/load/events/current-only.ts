import { FieldError } from '../bad-row.ts';
import { UNKNOWN } from './page-revisions.ts';
import type { PageReader } from './xml-page.ts';

/** After so many pages it is certain what a dump is. */
const CERTAIN_PAGES = 1000;
/** So many are no accident, where not one page has two revisions. */
const MANY = 100;

/**
 * Finds dumps that have only the current revision of each page, such as `pages-articles`: what an
 * edit added, and when a page began, can't be told from them. Most of their pages have one revision,
 * whose parent isn't there; of a wiki whose pages were hardly edited again fewer, but no page has two.
 */
export class CurrentOnly {
  readonly #refuse: (error: FieldError, line: number) => void;
  #pages = 0;
  #withSeveral = 0;
  #alone = 0;
  /** The line of the first of these. */
  #line = 0;
  #isFound = false;

  constructor(refuse: (error: FieldError, line: number) => void) {
    this.#refuse = refuse;
  }

  add({ revisions, line }: PageReader): void {
    if (revisions.length === 0) return;
    this.#pages++;
    if (revisions.length > 1) this.#withSeveral++;
    else if (revisions.before(0) === UNKNOWN && this.#alone++ === 0) this.#line = line;
    if (this.#pages >= CERTAIN_PAGES) this.#judge();
  }

  end(): void {
    this.#judge();
  }

  #judge(): void {
    const isMost = this.#alone * 2 > this.#pages;
    const isNoHistory = this.#withSeveral === 0 && this.#alone >= MANY;
    if (this.#isFound || !(isMost || isNoHistory)) return;
    this.#isFound = true;
    this.#refuse(
      new FieldError(
        undefined,
        `a dump of current revisions only: ${this.#alone} of ${this.#pages} pages have one revision, and its parent ` +
          "isn't there. What edits added, and which pages are new, can't be told from it. " +
          'The dump that is wanted is stub-meta-history, or pages-meta-history, of the same wiki and date. ' +
          '--skip-bad 1 takes the edits that are there, without bytes and new pages',
      ),
      this.#line,
    );
  }
}
