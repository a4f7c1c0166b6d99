import { isName } from './xml-bytes.ts';
import type { TagRest } from './xml-attributes.ts';

/** An element that is expected at its place in a document. Others may be there, too: nothing is told of them. */
export interface Declared {
  /** A number of the reader's own; 0 where it needs to hear nothing of it. */
  readonly id: number;
  /** Whether the text between its tags is kept, or only counted; it has no elements in it then. */
  readonly keeps?: 'text' | 'length';
  readonly children?: Readonly<Record<string, Declared>>;
}

/** The element that was opened last. */
export interface OpenElement {
  /** The line that is read, from 1 on. */
  readonly line: number;
  /** How many bytes of UTF-8 its text has, so far. */
  readonly textLength: number;
  /** While it is being opened: its attributes, and whether it is one tag. */
  readonly tag: Pick<TagRest, 'attribute' | 'isEmpty'>;
}

/** Hears of the elements that have an id. The bytes it gets are there for the moment only. */
export interface ElementReader {
  open(id: number, element: OpenElement): void;
  /**
   * @param bytes from `start` to `end` they are the text, where it is kept; entities stand in it as written
   * @returns whether the scanner is to pause
   */
  close(id: number, bytes: Buffer, start: number, end: number, element: OpenElement): boolean;
}

/** So many names that weren't declared are no document that anybody reads here. */
const MAX_OTHERS = 10_000;

/** A name of elements at one place in a document. */
export class Place {
  readonly name: string;
  readonly id: number;
  readonly keeps: Declared['keeps'];
  readonly #bytes: Buffer;
  readonly #children: Place[];
  readonly #others: { count: number };
  /** Where the search for the next child begins: elements come in the same order mostly. */
  #next = 0;

  constructor(name: string, { id, keeps, children = {} }: Declared, others = { count: 0 }) {
    this.name = name;
    this.id = id;
    this.keeps = keeps;
    this.#bytes = Buffer.from(name);
    this.#others = others;
    this.#children = Object.entries(children).map(([child, declared]) => new Place(child, declared, others));
  }

  /** Whether this is its name. */
  isNamed(bytes: Buffer, start: number, end: number): boolean {
    const own = this.#bytes;
    if (own.length !== end - start) return false;
    for (let i = 0; i < own.length; i++) if (own[i] !== bytes[start + i]) return false;
    return true;
  }

  /** The element of this name in it; undefined where that is no name, or the document has too many. */
  child(bytes: Buffer, start: number, end: number): Place | undefined {
    const children = this.#children;
    for (let i = 0; i < children.length; i++) {
      const place = (this.#next + i) % children.length;
      const child = children[place] as Place;
      if (!child.isNamed(bytes, start, end)) continue;
      this.#next = place + 1;
      return child;
    }
    if (!isName(bytes, start, end) || this.#others.count++ >= MAX_OTHERS) return undefined;
    const other = new Place(bytes.toString('utf8', start, end), { id: 0 }, this.#others);
    children.push(other);
    return other;
  }
}
