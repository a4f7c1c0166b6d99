import { FieldError } from '../bad-row.ts';
import { UNKNOWN } from './page-revisions.ts';
import type { PageReader } from './xml-page.ts';

/** The number of pages after which the kind of a dump is certain. */
const CERTAIN_PAGES = 1000;
/** If so many pages have one revision and no page has two, this can't be an accident. */
const MANY = 100;

/**
 * Detects dumps that hold only the current revision of each page, such as `pages-articles`. They don't tell
 * what an edit added or when a page began. Most of their pages have one revision whose parent is missing. In
 * a wiki with few edits the share is lower, but no page has two revisions.
 */
export class CurrentOnly {
  readonly #refuse: (error: FieldError, line: number) => void;
  #pages = 0;
  #withSeveral = 0;
  #alone = 0;
  /** The line of the first page with one revision and no parent. */
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
        `is a dump of current revisions only: ${this.#alone} of ${this.#pages} pages have one revision whose parent ` +
          "is missing. It doesn't tell what edits added or which pages are new. " +
          'Import stub-meta-history or pages-meta-history of the same wiki and date. ' +
          'With --skip-bad 1 its edits are imported, without bytes and new pages',
      ),
      this.#line,
    );
  }
}
