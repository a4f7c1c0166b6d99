import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { FieldError, UnreadableFileError } from '../bad-row.ts';
import type { FoundItem } from '../read-files.ts';
import type { Item } from '../values.ts';
import { fullTitle } from './namespaces.ts';
import { projectOfWiki } from './wiki-project.ts';

/** Whether a file is an export of MediaWiki: `stub-meta-history`, `pages-meta-history`, Special:Export. */
export function isXmlDump(head: string): boolean {
  return /^(<\?xml[^>]*>\s*)?<mediawiki[\s>]/.test(head);
}

/**
 * The revisions of a MediaWiki XML dump as events, and each page's creation at its first one. Memory
 * is bounded by the longest revision.
 * @throws UnreadableFileError where it is no well-formed XML
 */
export async function* xmlEvents(
  content: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<readonly FoundItem[]> {
  const dump = new Dump(file);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new UnreadableFileError(file, 'is not UTF-8', { cause });
    }
  };
  for await (const chunk of content) yield dump.read(decode(chunk));
  yield dump.read(decode());
  yield dump.close();
}

interface Page {
  readonly first: boolean;
  readonly bytes: number;
}

/** The elements whose texts are read, by their paths in the dump. */
const TEXTS = new Set([
  'mediawiki/siteinfo/dbname',
  'mediawiki/siteinfo/namespaces/namespace',
  'mediawiki/page/title',
  'mediawiki/page/ns',
  'mediawiki/page/id',
  'mediawiki/page/revision/id',
  'mediawiki/page/revision/timestamp',
  'mediawiki/page/revision/contributor/username',
  'mediawiki/page/revision/contributor/ip',
  'mediawiki/page/revision/text',
]);
const TEXT = 'mediawiki/page/revision/text';

class Dump {
  readonly #parser = new SaxesParser();
  readonly #path: string[] = [];
  readonly #namespaces = new Map<string, string>();
  #namespace = '';
  #project: string | undefined;
  #values = new Map<string, string>();
  #isRedirect = false;
  #page: Page = { first: true, bytes: 0 };
  #revisionLine = 0;
  #bytes: number | undefined;
  #found: FoundItem[] = [];
  #failure: UnreadableFileError | undefined;

  constructor(file: string) {
    this.#parser.on('error', (error) => {
      this.#failure ??= new UnreadableFileError(file, `is no well-formed XML: ${error.message}`);
    });
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes));
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('closetag', ({ name }) => this.#close(name));
  }

  read(text: string): readonly FoundItem[] {
    this.#parser.write(text);
    return this.#take();
  }

  close(): readonly FoundItem[] {
    this.#parser.close();
    return this.#take();
  }

  #take(): readonly FoundItem[] {
    if (this.#failure) throw this.#failure;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #open(name: string, attributes: Record<string, SaxesAttributePlain | string>): void {
    this.#path.push(name);
    const attribute = (key: string): string | undefined =>
      typeof attributes[key] === 'string' ? attributes[key] : undefined;
    switch (this.#path.join('/')) {
      case 'mediawiki/siteinfo/namespaces/namespace':
        this.#namespace = attribute('key') ?? '';
        break;
      case 'mediawiki/page':
        this.#values = new Map();
        this.#isRedirect = false;
        this.#page = { first: true, bytes: 0 };
        break;
      case 'mediawiki/page/redirect':
        this.#isRedirect = true;
        break;
      case 'mediawiki/page/revision':
        for (const path of this.#values.keys()) {
          if (path.startsWith('mediawiki/page/revision/')) this.#values.delete(path);
        }
        this.#bytes = undefined;
        this.#revisionLine = this.#parser.line;
        break;
      case TEXT: {
        const bytes = attribute('bytes');
        if (bytes !== undefined && /^\d+$/.test(bytes)) this.#bytes = Number(bytes);
        // Hidden texts keep their length to themselves in old dumps.
        else if (attribute('deleted') !== undefined) this.#bytes = this.#page.bytes;
        break;
      }
    }
  }

  #text(text: string): void {
    const path = this.#path.join('/');
    if (!TEXTS.has(path) || (path === TEXT && this.#bytes !== undefined)) return;
    if (path === TEXT) this.#bytes = Buffer.byteLength(text);
    else this.#values.set(path, (this.#values.get(path) ?? '') + text);
  }

  #close(name: string): void {
    const path = this.#path.join('/');
    this.#path.pop();
    if (path === 'mediawiki/siteinfo/namespaces/namespace') {
      this.#namespaces.set(this.#namespace, this.#values.get(path) ?? '');
      this.#values.delete(path);
    } else if (path === 'mediawiki/siteinfo/dbname')
      this.#project = projectOfWiki(this.#values.get(path) ?? '');
    else if (name === 'revision' && path === 'mediawiki/page/revision') this.#revision();
  }

  #revision(): void {
    const line = this.#revisionLine;
    const event = this.#event();
    if (event instanceof FieldError) {
      this.#found.push({ line, item: event });
      return;
    }
    const bytes = this.#bytes ?? 0;
    const pageId = this.#values.get('mediawiki/page/id');
    if (this.#page.first)
      this.#found.push({ line, item: { ...event, entity: 'page', event_id: `p${pageId}` } });
    const id = this.#values.get('mediawiki/page/revision/id');
    const bytes_diff = bytes - this.#page.bytes;
    this.#found.push({ line, item: { ...event, entity: 'revision', event_id: `r${id}`, bytes_diff } });
    this.#page = { first: false, bytes };
  }

  /** What a revision and the creation of its page have in common, or why it can't be read. */
  #event(): Item | FieldError {
    const value = (name: string): string | undefined => this.#values.get(`mediawiki/page/${name}`);
    if (this.#project === undefined)
      return new FieldError('dbname', "is missing in the file's head, or no wiki's");
    for (const name of ['title', 'ns', 'id', 'revision/id', 'revision/timestamp']) {
      if (!value(name)) return new FieldError(name, 'is missing');
    }
    const namespace = value('ns') as string;
    const ip = value('revision/contributor/ip');
    const user = ip ?? value('revision/contributor/username') ?? '';
    return {
      project: this.#project,
      user_text: user,
      editor_type: editorType(user, ip !== undefined),
      page_title: fullTitle(namespace, this.#ownTitle(namespace, value('title') as string)),
      page_type: namespace === '0' ? 'content' : 'non-content',
      redirect: this.#isRedirect,
      timestamp: value('revision/timestamp'),
    };
  }

  /** A title without the wiki's own name of its namespace. */
  #ownTitle(namespace: string, title: string): string {
    const name = this.#namespaces.get(namespace) ?? '';
    return name !== '' && title.startsWith(`${name}:`) ? title.slice(name.length + 1) : title;
  }
}

/** Dumps don't tell groups: bots are known by their names, as mediawiki_history knows them, and temporary accounts too. */
function editorType(user: string, isAddress: boolean): string {
  if (isAddress || /^~\d{4}-/.test(user)) return 'anonymous';
  return /bot([^a-z].*)?$/i.test(user) ? 'name-bot' : 'user';
}
