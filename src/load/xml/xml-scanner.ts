import { isUtf8 } from 'node:buffer';
import { type Declared, type ElementReader, Place } from './xml-place.ts';
import { isNameEnd, isSpace, TagRest } from './xml-attributes.ts';
import {
  isName,
  AMPERSAND,
  BANG,
  LESS,
  MORE,
  QUESTION,
  RETURN,
  SEMICOLON,
  SLASH,
  SPACE,
  TAB,
} from './xml-bytes.ts';
import { MAX_ENTITY_BYTES, meantBy, unfinishedBytes } from './xml-text.ts';

/** The maximum size of a tag and of a kept text. Both are held in memory as a whole. */
const MAX_TOKEN_BYTES = 2 ** 20;
const MAX_DEPTH = 200;
const NOTHING = Buffer.alloc(0);
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

const LINE_FEED = 0x0a;

/** A mistake in a document, with its line. */
export class XmlError extends Error {}

/**
 * Reads XML of one form from its bytes, in bounded memory. A full parser spends most of an import on strings
 * and events that nobody needs. Text that isn't well-formed is refused, and so is a document type, because it
 * could define entities. Two rules are not checked: which letters beyond ASCII a name has, and whether an
 * attribute is repeated.
 */
export class XmlScanner {
  readonly #reader: ElementReader;
  readonly #path: Place[];
  #top: Place;
  #buffer: Buffer = NOTHING;
  #at = 0;
  /** The end of the whole characters in the buffer; after it comes a part of one. */
  #end = 0;
  #isLast = false;
  #hasRoot = false;
  /** The part of a kept text that came before a comment or CDATA. */
  #kept: Buffer = NOTHING;
  readonly #tag = new TagRest();
  /** The text length of the element opened last, in bytes of UTF-8. */
  textLength = 0;
  /** The current line, from 1. */
  line = 1;

  constructor(root: Readonly<Record<string, Declared>>, reader: ElementReader) {
    this.#reader = reader;
    this.#top = new Place('', { id: 0, children: root });
    this.#path = [this.#top];
  }

  /** Adds bytes, which `run` reads. @throws XmlError */
  push(bytes: Buffer): void {
    const rest = this.#buffer.subarray(this.#at);
    if (rest.length > MAX_TOKEN_BYTES)
      throw this.#wrong(`has a tag or a value of more than ${MAX_TOKEN_BYTES} bytes`);
    this.#buffer = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    this.#at = 0;
    this.#end = this.#buffer.length - unfinishedBytes(this.#buffer);
    if (!isUtf8(this.#buffer.subarray(0, this.#end))) throw this.#wrong('is not UTF-8');
    if (!this.#hasRoot && this.#buffer.subarray(0, 3).equals(BYTE_ORDER_MARK)) this.#at = 3;
  }

  /** Marks the end of the bytes: `run` then refuses what isn't finished. */
  finish(): void {
    this.#isLast = true;
  }

  /**
   * Reads on.
   * @returns true if the reader wants a pause; false if all bytes were read
   * @throws XmlError
   */
  run(): boolean {
    while (this.#at < this.#end) {
      const { line, textLength } = this;
      const from = this.#at;
      const less = this.#text(from);
      const read = less < 0 ? 'no' : this.#markup(from, less);
      if (read === 'yes') continue;
      if (read === 'pause') return true;
      // Kept text is read together with the tag after it.
      if (this.#top.keeps === 'text') {
        this.#at = from;
        this.line = line;
        this.textLength = textLength;
      } else if (less >= 0) this.#at = less;
      break;
    }
    if (this.#isLast) {
      if (this.#path.length > 1) throw this.#wrong(`ends inside <${this.#top.name}>`);
      if (this.#at < this.#buffer.length || !this.#hasRoot) throw this.#wrong('ends too early');
    }
    return false;
  }

  /** The attributes of the element being opened, and whether it is a single tag. */
  get tag(): Pick<TagRest, 'attribute' | 'isEmpty'> {
    return this.#tag;
  }

  /** Reads text. @returns where the tag after it begins; -1 if that isn't there yet */
  #text(from: number): number {
    const bytes = this.#buffer;
    const end = this.#end;
    let at = from;
    let hidden = 0;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte > LESS) continue;
      if (byte === LESS) break;
      if (byte === LINE_FEED) this.line++;
      else if (byte === AMPERSAND) {
        const entity = this.#entity(at, end);
        if (entity === undefined) break;
        hidden += entity.length - Buffer.byteLength(meantBy(entity) as string);
        at += entity.length - 1;
      } else if (byte === RETURN) {
        if (at + 1 === end && !this.#isLast) break;
        // XML counts any line end as one character.
        if (bytes[at + 1] === LINE_FEED) hidden++;
      } else if (byte < SPACE && byte !== TAB) throw this.#wrong('has a control character');
    }
    this.textLength += at - from - hidden;
    if (this.#path.length === 1) this.#assertBlank(from, at);
    if (at < end && bytes[at] === LESS) return at;
    this.#at = at;
    return -1;
  }

  /** Returns the entity that begins here; undefined if its end isn't there yet. */
  #entity(at: number, end: number): string | undefined {
    const limit = Math.min(end, at + MAX_ENTITY_BYTES);
    let last = at;
    while (last < limit && this.#buffer[last] !== SEMICOLON) last++;
    if (last === end && !this.#isLast) return undefined;
    const entity = this.#buffer.toString('latin1', at, Math.min(last + 1, limit));
    if (meantBy(entity) === undefined) throw this.#wrong(`has a "${entity}", which is not an XML entity`);
    return entity;
  }

  /** Reads the markup that a `<` begins. @param from where the text before it begins */
  #markup(from: number, less: number): 'yes' | 'no' | 'pause' {
    const bytes = this.#buffer;
    const kind = bytes[less + 1];
    if (kind === SLASH) return this.#closeTag(from, less);
    if (kind === QUESTION) return this.#passOver(from, less, '?>');
    if (kind !== BANG) return kind === undefined ? 'no' : this.#openTag(less);
    const start = bytes.toString('latin1', less, less + '<![CDATA['.length);
    if (start.startsWith('<!--')) return this.#passOver(from, less, '-->');
    if (start === '<![CDATA[') return this.#passOver(from, less, ']]>', start.length);
    if ('<!--'.startsWith(start) || '<![CDATA['.startsWith(start)) return 'no';
    throw this.#wrong('has a document type or another declaration, which dumps never have');
  }

  /** Skips a comment, an instruction, or CDATA. @param prefix the length of CDATA's start; its text counts */
  #passOver(from: number, less: number, ending: string, prefix = 0): 'yes' | 'no' {
    const bytes = this.#buffer;
    const last = bytes.indexOf(ending, less + Math.max(prefix, 2));
    if (last < 0 || last >= this.#end) return 'no';
    if (prefix > 0 && this.#path.length === 1) throw this.#wrong('has text outside of its elements');
    for (let at = less; at < last; at++) if (bytes[at] === LINE_FEED) this.line++;
    if (prefix > 0) this.textLength += last - less - prefix;
    if (this.#top.keeps === 'text') {
      const data = prefix > 0 ? bytes.toString('utf8', less + prefix, last) : '';
      const escaped = data.replaceAll('&', '&amp;');
      this.#kept = Buffer.concat([this.#kept, bytes.subarray(from, less), Buffer.from(escaped)]);
    }
    this.#at = last + ending.length;
    return 'yes';
  }

  #closeTag(from: number, less: number): 'yes' | 'no' | 'pause' {
    const bytes = this.#buffer;
    let end = less + 2;
    while (end < this.#end && bytes[end] !== MORE) end++;
    if (end >= this.#end) return 'no';
    let last = end;
    while (isSpace(bytes[last - 1])) last--;
    if (!this.#top.isNamed(bytes, less + 2, last) || this.#path.length === 1) {
      const name = bytes.toString('utf8', less + 2, Math.min(last, less + 100));
      const expected = this.#path.length === 1 ? 'nothing is open' : `<${this.#top.name}> is open`;
      throw this.#wrong(`has </${name}> where ${expected}`);
    }
    this.#at = end + 1;
    if (this.#kept.length === 0) return this.#close(bytes, from, less);
    const kept = Buffer.concat([this.#kept, bytes.subarray(from, less)]);
    return this.#close(kept, 0, kept.length);
  }

  #openTag(less: number): 'yes' | 'no' | 'pause' {
    const bytes = this.#buffer;
    const tag = this.#tag;
    let at = less + 1;
    while (at < this.#end && !isNameEnd(bytes[at])) at++;
    if (at === less + 1 && at < this.#end) throw this.#wrong('has a < that does not begin a tag');
    if (bytes[at] === MORE && at < this.#end) tag.none(at + 1);
    else {
      const isThere = tag.read(bytes, at, this.#end);
      if (typeof isThere === 'string') throw this.#wrong(isThere);
      if (!isThere) return 'no';
    }
    this.line += tag.lines;
    this.#at = tag.end;
    this.#enter(less + 1, at);
    return tag.isEmpty ? this.#close(bytes, 0, 0) : 'yes';
  }

  #enter(start: number, end: number): void {
    if (this.#path.length === 1 && this.#hasRoot) throw this.#wrong('has something after its root element');
    if (this.#path.length > MAX_DEPTH) throw this.#wrong(`has elements nested deeper than ${MAX_DEPTH}`);
    if (this.#top.keeps) throw this.#wrong(`has an element in <${this.#top.name}>, which may have only text`);
    const place = this.#top.child(this.#buffer, start, end);
    if (!place && !isName(this.#buffer, start, end)) throw this.#wrong('has a < that does not begin a tag');
    if (!place) throw this.#wrong('has more element names than any dump');
    this.#hasRoot = true;
    this.#path.push(place);
    this.#top = place;
    this.textLength = 0;
    this.#kept = NOTHING;
    if (place.id > 0) this.#reader.open(place.id, this);
  }

  #close(bytes: Buffer, start: number, end: number): 'yes' | 'pause' {
    const { id } = this.#top;
    this.#path.pop();
    this.#top = this.#path.at(-1) as Place;
    this.#kept = NOTHING;
    return id > 0 && this.#reader.close(id, bytes, start, end, this) ? 'pause' : 'yes';
  }

  #assertBlank(from: number, to: number): void {
    for (let at = from; at < to; at++)
      if (!isSpace(this.#buffer[at])) throw this.#wrong('has text outside of its elements');
  }

  #wrong(what: string): XmlError {
    return new XmlError(`line ${this.line} ${what}`);
  }
}
