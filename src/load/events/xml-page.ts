import { FieldError, excerptOf } from '../bad-row.ts';
import { missing } from '../values.ts';
import type { ElementReader } from '../xml/xml-place.ts';
import type { OpenElement } from '../xml/xml-place.ts';
import { textOf } from '../xml/xml-text.ts';
import { type Editor, Editors, NOBODY } from './editors.ts';
import { checkedText } from './event-items.ts';
import { timeIn } from './event-time.ts';
import { fullTitle } from './namespaces.ts';
import { HIDDEN, MAX_REVISIONS, PageRevisions } from './page-revisions.ts';
import type { WikiProjects } from './wiki-project.ts';
import {
  ADDRESS,
  DATABASE,
  NAMESPACE,
  PAGE,
  PAGE_ID,
  PAGE_NAMESPACE,
  PARENT_ID,
  REDIRECT,
  REVISION,
  REVISION_ID,
  TEXT,
  TIMESTAMP,
  TITLE,
  USER_NAME,
} from './xml-elements.ts';

const ZERO = 0x30;
/** The maximum number of digits with which every number is exact. */
const MAX_DIGITS = 15;

/** Collects the pages of a dump, one at a time. The scanner pauses after each. */
export class PageReader implements ElementReader {
  readonly #refuse: (error: FieldError, line: number) => void;
  readonly #wikis: WikiProjects;
  #database: string | undefined;
  readonly #editors = new Editors();
  readonly #namespaces = new Map<string, string>();
  #namespaceKey = '';
  project: string | undefined;
  // The page:
  #name: string | undefined;
  #namespace: string | undefined;
  id: string | undefined;
  isRedirect = false;
  readonly revisions = new PageRevisions();
  line = 0;
  /** The title with its namespace's canonical name. */
  title = '';
  #isTitled = false;
  // The revision:
  #line = 0;
  #problem: FieldError | undefined;
  #id = NaN;
  #parent = NaN;
  #time = NaN;
  #editor: Editor | undefined;
  /** The size of its slots together; undefined if it has no text. */
  #size: number | undefined;
  /** The size that the current slot's tag gives. */
  #bytes: number | undefined;

  constructor(refuse: (error: FieldError, line: number) => void, wikis: WikiProjects) {
    this.#refuse = refuse;
    this.#wikis = wikis;
  }

  get pageType(): 'content' | 'non-content' {
    return this.#namespace === '0' ? 'content' : 'non-content';
  }

  open(id: number, element: OpenElement): void {
    switch (id) {
      case TEXT:
        this.#bytes = bytesGiven(element);
        break;
      case REVISION:
        this.#line = element.line;
        this.#problem = undefined;
        this.#id = NaN;
        this.#parent = NaN;
        this.#time = NaN;
        this.#editor = undefined;
        this.#size = undefined;
        break;
      case PAGE:
        this.line = element.line;
        this.#name = undefined;
        this.#namespace = undefined;
        this.id = undefined;
        this.isRedirect = false;
        this.#isTitled = false;
        this.revisions.clear();
        break;
      case REDIRECT:
        this.isRedirect = true;
        break;
      case NAMESPACE:
        this.#namespaceKey = element.tag.attribute('key') ?? '';
        break;
    }
  }

  close(id: number, bytes: Buffer, start: number, end: number, element: OpenElement): boolean {
    switch (id) {
      case REVISION_ID:
        this.#id = this.#read(() => numberIn('revision/id', bytes, start, end), NaN);
        break;
      case PARENT_ID:
        // The first revision's parent is 0, if it is written at all.
        this.#parent = this.#read(() => numberIn('revision/parentid', bytes, start, end), NaN) || NaN;
        break;
      case TIMESTAMP:
        this.#time = this.#read(() => timeIn(bytes, start, end), NaN);
        break;
      case USER_NAME:
      case ADDRESS:
        this.#editor = this.#read(() => this.#editors.of(bytes, start, end, id === ADDRESS), NOBODY);
        break;
      case TEXT:
        this.#addSlot(this.#bytes ?? element.textLength);
        break;
      case REVISION:
        this.#addRevision();
        break;
      case TITLE:
        this.#name = textOf(bytes, start, end);
        break;
      case PAGE_NAMESPACE:
        this.#namespace = textOf(bytes, start, end);
        break;
      case PAGE_ID:
        this.id = textOf(bytes, start, end);
        break;
      case PAGE:
        return true;
      case NAMESPACE:
        this.#namespaces.set(this.#namespaceKey, textOf(bytes, start, end));
        break;
      case DATABASE:
        this.#database = textOf(bytes, start, end);
        break;
    }
    return false;
  }

  #addSlot(bytes: number): void {
    const others = this.#size ?? 0;
    this.#size = bytes === HIDDEN || others === HIDDEN ? HIDDEN : others + bytes;
  }

  #addRevision(): void {
    try {
      this.#assertWhole();
      this.revisions.add(this.#id, this.#parent, this.#time, this.#size ?? NaN, this.#editor ?? NOBODY);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#refuse(error, this.#line);
    }
  }

  /** Returns the project of the dump's wiki, or the given one if the dump names none. @throws FieldError */
  #projectOf(database: string | undefined): string {
    if (database === undefined && !this.#wikis.isGiven)
      throw new FieldError('dbname', "is missing in the file's head: name the project with --project");
    return this.#wikis.of(database ?? '', 'dbname');
  }

  /** @throws FieldError */
  #assertWhole(): void {
    if (this.#problem) throw this.#problem;
    this.project ??= this.#projectOf(this.#database);
    if (!this.#isTitled) {
      if (!this.#name) throw missing('title');
      if (!this.#namespace) throw missing('ns');
      if (!this.id) throw missing('id');
      const own = ownTitle(this.#name, this.#namespaces.get(this.#namespace) ?? '');
      this.title = checkedText('page_title', fullTitle(this.#namespace, own));
      this.#isTitled = true;
    }
    if (Number.isNaN(this.#id)) throw missing('revision/id');
    if (Number.isNaN(this.#time)) throw missing('revision/timestamp');
    if (this.revisions.length === MAX_REVISIONS)
      throw new FieldError('page', `has more than ${MAX_REVISIONS} revisions`);
  }

  /** Reads a field, and keeps its mistake for later, because only whole revisions are refused. */
  #read<Value>(read: () => Value, otherwise: Value): Value {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#problem ??= error;
      return otherwise;
    }
  }
}

/** Returns a title without the wiki's own name of its namespace. */
function ownTitle(title: string, namespace: string): string {
  return namespace !== '' && title.startsWith(`${namespace}:`) ? title.slice(namespace.length + 1) : title;
}

/** Returns the bytes that a text's tag gives; undefined if the text itself must be counted. */
function bytesGiven(element: OpenElement): number | undefined {
  const bytes = element.tag.attribute('bytes');
  if (bytes !== undefined && /^\d{1,15}$/.test(bytes)) return Number(bytes);
  if (element.tag.attribute('deleted') !== undefined) return HIDDEN;
  // An old stub has neither the text nor its length.
  return element.tag.attribute('id') !== undefined && element.tag.isEmpty ? NaN : undefined;
}

/** @throws FieldError */
function numberIn(field: string, bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9 || end - start > MAX_DIGITS)
      throw new FieldError(field, `${excerptOf(textOf(bytes, start, end))} is not a number`);
    number = number * 10 + digit;
  }
  if (start === end) throw missing(field);
  return number;
}
