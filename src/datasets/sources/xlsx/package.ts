import { TextDecoder } from 'node:util';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UnreadableFileError } from '../../../load/bad-row.ts';

/** The maximum size of a part that is unpacked, in bytes. A sheet is read in pieces, other parts are kept. */
const MAX_SHEET_BYTES = 2 ** 31;
const MAX_PART_BYTES = 256 * 2 ** 20;
/** A part that unpacks to more than so many times its size is made to fill a disk or a memory. */
const MAX_RATIO = 250;
/** Small parts may be as repetitive as they like. */
const SURE_BYTES = 16 * 2 ** 20;
/** The number of parts that a workbook may have. */
const MAX_PARTS = 10_000;

/** The parts of an Excel file, which is a zip of XML. */
export class Package {
  readonly #file: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(file: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#file = file;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws UnreadableFileError */
  static async open(file: string): Promise<Package> {
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(file, { lazyEntries: true, autoClose: false });
      if (zip.entryCount > MAX_PARTS) throw new Error(`it has more than ${MAX_PARTS} parts`);
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry);
      return new Package(file, zip, entries);
    } catch (cause) {
      zip?.close();
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
        throw new UnreadableFileError(file, "can't be read: there is no such file", { cause });
      const hint = 'an Excel file of today ends in .xlsx and has no password; save it as such, or as CSV';
      throw new UnreadableFileError(file, `can't be read as Excel: ${hint}`, { cause });
    }
  }

  close(): void {
    this.#zip.close();
  }

  has(part: string): boolean {
    return this.#entries.has(part.toLowerCase());
  }

  /**
   * Reads the XML of a part. Elements are told one by one, so that no part is held as a whole.
   * @param isSheet whether the part may be large, because it is read in pieces
   * @returns a generator that yields after each piece
   * @throws UnreadableFileError
   */
  async *read(part: string, handlers: XmlHandlers, isSheet = false): AsyncGenerator<void> {
    const entry = this.#entries.get(part.toLowerCase());
    if (!entry) throw new UnreadableFileError(this.#file, `can't be read as Excel: it has no ${part}`);
    const { uncompressedSize: size, compressedSize: packed } = entry;
    if (
      size > (isSheet ? MAX_SHEET_BYTES : MAX_PART_BYTES) ||
      (size > SURE_BYTES && size > packed * MAX_RATIO)
    )
      throw new UnreadableFileError(
        this.#file,
        `isn't read, because ${part} unpacks to ${size} bytes from ${packed}. Save it as CSV if it is meant so`,
      );
    const parser = new SaxesParser({ xmlns: false, position: false });
    // Names may have prefixes, which mean nothing here.
    parser.on('opentag', (tag: SaxesTagPlain) => handlers.open(localName(tag.name), attributesOf(tag)));
    parser.on('closetag', ({ name }) => handlers.close?.(localName(name)));
    parser.on('text', (text) => handlers.text?.(text));
    parser.on('error', (error) => {
      throw new UnreadableFileError(
        this.#file,
        `can't be read as Excel: ${part} is not XML: ${error.message}`,
      );
    });
    const decoder = new TextDecoder();
    try {
      // Its size is checked while it is unpacked: a zip that lies about it ends with an error.
      for await (const chunk of await this.#zip.openReadStreamPromise(entry)) {
        parser.write(decoder.decode(chunk as Buffer, { stream: true }));
        yield;
      }
      parser.write(decoder.decode()).close();
    } catch (cause) {
      if (cause instanceof UnreadableFileError) throw cause;
      throw new UnreadableFileError(this.#file, `can't be read as Excel: ${(cause as Error).message}`, {
        cause,
      });
    }
    yield;
  }

  /** Reads the whole of a part. A part that isn't there has nothing. */
  async readWhole(part: string, handlers: XmlHandlers): Promise<void> {
    if (!this.has(part)) return;
    const pieces = this.read(part, handlers);
    while (!(await pieces.next()).done);
  }
}

/** What is told of an XML text. Names have no prefixes. */
export interface XmlHandlers {
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function attributesOf({ attributes }: SaxesTagPlain): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const name in attributes) all.set(localName(name), attributes[name] as string);
  return all;
}
