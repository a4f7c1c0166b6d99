import { FieldError } from '../bad-row.ts';
import type { ItemLines } from '../item-lines.ts';
import type { Item } from '../values.ts';
import { fullTitle } from './namespaces.ts';
import type { WikiProjects } from './wiki-project.ts';

/*
 * Reads Wikimedia's dumps of mediawiki_history: tab-separated lines without a header, whose number of
 * columns tells their layout. https://wikitech.wikimedia.org/wiki/Data_Platform/Data_Lake/Edits/Mediawiki_history_dumps
 */

/**
 * The places of the columns that are read, for each layout. `Then` marks values as of the event
 * (`…_historical`). They are used if the current value is unknown, for instance on deleted pages (AQS).
 */
interface Layout {
  readonly wiki: number;
  readonly entity: number;
  readonly event: number;
  readonly timestamp: number;
  readonly editorThen: number;
  readonly editor: number;
  readonly editorBotByThen: number;
  readonly editorBotBy: number;
  readonly editorIsAnonymous: number;
  readonly editorIsTemporary: number | undefined;
  readonly pageId: number;
  readonly pageTitleThen: number;
  readonly pageTitle: number;
  readonly pageNamespaceThen: number;
  readonly pageIsContentThen: number;
  readonly pageNamespace: number;
  readonly pageIsContent: number;
  readonly pageIsRedirect: number;
  readonly pageIsDeleted: number;
  readonly pageFirstEdit: number;
  readonly userId: number;
  readonly userText: number;
  readonly selfCreated: number;
  readonly revisionId: number;
  readonly bytesDiff: number;
  readonly revisionIsDeleted: number;
}

/** The layouts by their number of columns. Places count from 0. */
const LAYOUTS: Readonly<Record<number, Layout>> = {
  70: {
    wiki: 0,
    entity: 1,
    event: 2,
    timestamp: 3,
    editorThen: 6,
    editor: 7,
    editorBotByThen: 12,
    editorBotBy: 13,
    editorIsAnonymous: 17,
    editorIsTemporary: undefined,
    pageId: 23,
    pageTitleThen: 24,
    pageTitle: 25,
    pageNamespaceThen: 26,
    pageIsContentThen: 27,
    pageNamespace: 28,
    pageIsContent: 29,
    pageIsRedirect: 30,
    pageIsDeleted: 31,
    pageFirstEdit: 33,
    userId: 36,
    userText: 38,
    selfCreated: 45,
    revisionId: 52,
    bytesDiff: 58,
    revisionIsDeleted: 62,
  },
  78: {
    wiki: 0,
    entity: 2,
    event: 3,
    timestamp: 4,
    editorThen: 8,
    editor: 9,
    editorBotByThen: 14,
    editorBotBy: 15,
    editorIsAnonymous: 19,
    editorIsTemporary: 20,
    pageId: 28,
    pageTitleThen: 29,
    pageTitle: 30,
    pageNamespaceThen: 31,
    pageIsContentThen: 32,
    pageNamespace: 33,
    pageIsContent: 34,
    pageIsRedirect: 35,
    pageIsDeleted: 36,
    pageFirstEdit: 38,
    userId: 41,
    userText: 44,
    selfCreated: 51,
    revisionId: 60,
    bytesDiff: 66,
    revisionIsDeleted: 70,
  },
};
const WIDTHS = Object.keys(LAYOUTS);

/** Tells whether a file's first line is one of a dump. */
export function isHistoryDump(head: string): boolean {
  return /^[a-z0-9_]+\t(?:\d*\t)?(?:revision|page|user)\t/.test(head);
}

/** Turns the lines of a dump into events, and skips lines that are counted nowhere. */
export const historyLines = (wikis: WikiProjects): ItemLines => ({
  spanned: 1,
  parse(line) {
    if (line === '') return undefined;
    const fields = (line.endsWith('\r') ? line.slice(0, -1) : line).split('\t');
    const layout = LAYOUTS[fields.length];
    if (!layout)
      throw new FieldError(undefined, `has ${fields.length} columns, but a dump has ${WIDTHS.join(' or ')}`);
    return eventOf(fields, layout, wikis);
  },
});

function eventOf(fields: readonly string[], layout: Layout, wikis: WikiProjects): Item | undefined {
  const field = (name: keyof Layout): string => fields[layout[name] ?? -1] ?? '';
  const entity = field('entity');
  // Moves, restores, changes of rights and blocks are counted nowhere.
  if (field('event') !== 'create') return undefined;
  const project = wikis.of(field('wiki'), 'wiki_db');
  const common = {
    project,
    entity,
    event: 'create',
    editor_type: editorType(field),
    page_title: unescaped(
      fullTitle(
        field('pageNamespace') || field('pageNamespaceThen'),
        field('pageTitle') || field('pageTitleThen'),
      ),
    ),
    page_type: (field('pageIsContent') || field('pageIsContentThen')) === 'true' ? 'content' : 'non-content',
    redirect: flag(field('pageIsRedirect')),
    user_text: unescaped(field('editor') || field('editorThen')),
    timestamp: field('timestamp'),
  };
  switch (entity) {
    case 'revision':
      return {
        ...common,
        event_id: id('r', field('revisionId'), 'revision_id'),
        deleted: flag(field('revisionIsDeleted')),
        bytes_diff: field('bytesDiff'),
      };
    case 'page':
      return {
        ...common,
        // Pages that were deleted long ago have no id.
        event_id: `p${field('pageId') === '' ? `:${common.page_title}` : field('pageId')}`,
        deleted: flag(field('pageIsDeleted')),
        timestamp: field('pageFirstEdit') === '' ? field('timestamp') : field('pageFirstEdit'),
      };
    case 'user':
      return {
        ...common,
        event_id: id('u', field('userId'), 'user_id'),
        user_text: unescaped(field('userText')),
        editor_type: 'user',
        page_title: '',
        page_type: 'non-content',
        self_created: flag(field('selfCreated')),
      };
    default:
      throw new FieldError('event_entity', `"${entity}" must be one of revision, page, user`);
  }
}

/** Returns the first type that applies, in the order of AQS. A temporary account counts as anonymous. */
function editorType(field: (name: keyof Layout) => string): string {
  if (field('editorIsAnonymous') === 'true' || field('editorIsTemporary') === 'true') return 'anonymous';
  // An empty list can mean "no bot" or "unknown": the editor's name tells which of the two lists counts.
  const botBy = field(field('editor') === '' ? 'editorBotByThen' : 'editorBotBy').split(',');
  return botBy.includes('group') ? 'group-bot' : botBy.includes('name') ? 'name-bot' : 'user';
}

function id(kind: string, number: string, column: string): string {
  if (!/^-?\d+$/.test(number)) throw new FieldError(column, `"${number}" is not a number`);
  return kind + number;
}

function flag(text: string): 'true' | 'false' {
  return text === 'true' ? 'true' : 'false';
}

const ESCAPED: Readonly<Record<string, string>> = { '\\t': '\t', '\\n': '\n', '\\r': '\r' };

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\[tnr]/g, (escape) => ESCAPED[escape] ?? escape) : text;
}
