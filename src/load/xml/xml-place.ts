import { isName } from './xml-bytes.ts';
import type { TagRest } from './xml-attributes.ts';

/** An element that is expected at its place in a document. Other elements are allowed, and not reported. */
export interface Declared {
  /** A number chosen by the reader; 0 if the element isn't reported. */
  readonly id: number;
  /** Whether the text of the element is kept, or only counted. Such an element has no child elements. */
  readonly keeps?: 'text' | 'length';
  readonly children?: Readonly<Record<string, Declared>>;
}

/** The element that was opened last. */
export interface OpenElement {
  /** The current line, from 1. */
  readonly line: number;
  /** The length of its text so far, in bytes of UTF-8. */
  readonly textLength: number;
  /** Its attributes, and whether it is a single tag. Valid only while it is being opened. */
  readonly tag: Pick<TagRest, 'attribute' | 'isEmpty'>;
}

/** Receives the elements that have an id. The bytes passed to it are valid only during the call. */
export interface ElementReader {
  open(id: number, element: OpenElement): void;
  /**
   * @param bytes if the text is kept, they hold it from `start` to `end`, with entities as written
   * @returns whether the scanner should pause
   */
  close(id: number, bytes: Buffer, start: number, end: number, element: OpenElement): boolean;
}

/** The maximum number of undeclared names. A document with more is refused. */
const MAX_OTHERS = 10_000;

/** A name of elements at one place in a document. */
export class Place {
  readonly name: string;
  readonly id: number;
  readonly keeps: Declared['keeps'];
  readonly #bytes: Buffer;
  readonly #children: Place[];
  readonly #others: { count: number };
  /**
   * The index at which the search for the next child begins, because elements usually come in the same order.
   */
  #next = 0;

  constructor(name: string, { id, keeps, children = {} }: Declared, others = { count: 0 }) {
    this.name = name;
    this.id = id;
    this.keeps = keeps;
    this.#bytes = Buffer.from(name);
    this.#others = others;
    this.#children = Object.entries(children).map(([child, declared]) => new Place(child, declared, others));
  }

  /** Tells whether these bytes are the place's name. */
  isNamed(bytes: Buffer, start: number, end: number): boolean {
    const own = this.#bytes;
    if (own.length !== end - start) return false;
    for (let i = 0; i < own.length; i++) if (own[i] !== bytes[start + i]) return false;
    return true;
  }

  /** Returns the child of this name; undefined if it is not a name, or the document has too many names. */
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
