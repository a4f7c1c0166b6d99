import { EVENTS_GRAIN } from '../../core/metric/edit-events.ts';
import { UnreadableFileError } from '../bad-row.ts';
import type { RowSink } from '../kind.ts';
import { XmlError, XmlScanner } from '../xml/xml-scanner.ts';
import { CurrentOnly } from './current-only.ts';
import { hourAt } from './event-time.ts';
import { UNKNOWN } from './page-revisions.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { DUMP } from './xml-elements.ts';
import type { WikiProjects } from './wiki-project.ts';
import { PageReader } from './xml-page.ts';

/** Tells whether a file is an export of MediaWiki: `stub-meta-history`, `pages-meta-history`, Special:Export. */
export function isXmlDump(head: string): boolean {
  return /^(<\?xml[^>]*>\s*)?<mediawiki[\s>]/.test(head);
}

/** How many rows are appended before they are handed on. */
const ROWS_AT_ONCE = 8192;

/**
 * Appends the revisions of a MediaWiki XML dump as rows of events, and each page's creation at its earliest
 * revision. Memory is bounded by the page with the most revisions: a million take at most 100 MB.
 * @param onCurrentOnly called if the dump turns out not to hold all edits
 * @throws UnreadableFileError if it is not well-formed XML
 */
export async function* xmlEvents(
  content: AsyncIterable<Buffer>,
  file: string,
  sink: RowSink,
  options: { pseudonyms: Pseudonyms; wikis: WikiProjects; onCurrentOnly: () => void },
): AsyncGenerator<void> {
  const { pseudonyms, wikis, onCurrentOnly } = options;
  const page = new PageReader((error, line) => sink.refuse(error, line), wikis);
  const scanner = new XmlScanner(DUMP, page);
  const currentOnly = new CurrentOnly((error, line) => {
    sink.refuse(error, line);
    onCurrentOnly();
  });
  try {
    for await (const chunk of content) {
      scanner.push(chunk);
      while (scanner.run()) {
        yield* append(page, sink, pseudonyms);
        currentOnly.add(page);
      }
      yield;
    }
    scanner.finish();
    while (scanner.run()) {
      yield* append(page, sink, pseudonyms);
      currentOnly.add(page);
    }
    currentOnly.end();
    yield;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new UnreadableFileError(file, `is not well-formed XML: ${error.message}`, { cause: error });
  }
}

/** Appends the events of a page. */
function* append(page: PageReader, sink: RowSink, pseudonyms: Pseudonyms): Generator<void> {
  const { revisions } = page;
  if (revisions.length === 0) return;
  const first = revisions.first();
  if (revisions.before(first) !== UNKNOWN) appendEvent(page, 'page', first, sink, pseudonyms);
  for (let place = 0; place < revisions.length; place++) {
    appendEvent(page, 'revision', place, sink, pseudonyms);
    if (sink.rows.length >= ROWS_AT_ONCE) yield;
  }
}

function appendEvent(
  page: PageReader,
  entity: 'page' | 'revision',
  place: number,
  { rows }: RowSink,
  pseudonyms: Pseudonyms,
): void {
  const { revisions } = page;
  const { name, type } = revisions.editors[place]!;
  const project = page.project as string;
  const hour = hourAt(revisions.times[place]!);
  const isRevision = entity === 'revision';
  const user = pseudonyms.stored(type, project, hour, name);
  // In the order of EVENT_TEXTS.
  const [projects, ids, entities, events, users, types, titles, pageTypes, deleted, redirects, selfCreated] =
    rows.dimensions as [
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
      string[],
    ];
  projects.push(project);
  ids.push(isRevision ? `r${revisions.idAt(place)}` : `p${page.id}`);
  entities.push(entity);
  events.push('create');
  users.push(user);
  types.push(type);
  titles.push(page.title);
  pageTypes.push(page.pageType);
  deleted.push('false');
  redirects.push(page.isRedirect ? 'true' : 'false');
  selfCreated.push('false');
  rows.grains.push(EVENTS_GRAIN);
  rows.ordinals.push(hour);
  rows.measures[0]!.push(isRevision ? revisions.difference(place) : 0);
}
