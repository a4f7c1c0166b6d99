import { EVENT_TEXTS, EVENTS_GRAIN, type EventTexts } from '../core/metric/edit-events.ts';
import { FieldError } from '../load/bad-row.ts';
import { editorTypeOf, NOBODY } from '../load/events/editors.ts';
import { checkedText, isProject } from '../load/events/event-items.ts';
import { hourAt, timeOf } from '../load/events/event-time.ts';
import { fullTitle } from '../load/events/namespaces.ts';
import type { Pseudonyms } from '../load/events/pseudonyms.ts';
import type { RowsBuilder } from '../load/rows-builder.ts';
import { EDIT_WINDOW_MS } from '../streams/revision-create.ts';

/** An edit as the raw table of `REVISION_CREATE` has it. The schema was checked when it was collected. */
interface Revision {
  readonly meta: { readonly dt: string; readonly domain: string };
  readonly page_id: number;
  readonly page_title: string;
  readonly page_namespace: number;
  readonly page_is_redirect?: boolean | null;
  readonly rev_id: number;
  readonly rev_parent_id?: number | null;
  readonly rev_timestamp: string;
  /** As JSON. */
  readonly performer?: string | null;
}

interface Performer {
  readonly user_id?: number;
  readonly user_text?: string;
  readonly user_is_bot?: boolean;
  readonly user_is_temp?: boolean;
  readonly user_groups?: readonly string[];
}

/**
 * Adds the events of one edit: the revision, and the page if the edit made it.
 * @param line a row of the raw table as JSON
 * @returns false for a revision that was imported into the wiki, which is no edit of its time, and for one whose texts no
 * table can hold
 */
export function addRevision(line: string, pseudonyms: Pseudonyms, rows: RowsBuilder): boolean {
  const revision = JSON.parse(line) as Revision;
  const { meta, page_id, rev_id, rev_parent_id, rev_timestamp } = revision;
  const length = rows.length;
  try {
    const savedMs = timeOf(rev_timestamp.replace(/[+-]00:00$/, 'Z'));
    if (Math.abs(Date.parse(meta.dt) - savedMs) > EDIT_WINDOW_MS) return false;
    const hour = hourAt(savedMs);
    const texts = textsOf(revision, hour, pseudonyms);
    if (!texts) return false;
    add(rows, { ...texts, event_id: `r${rev_id}`, entity: 'revision' }, hour, NaN);
    if (!rev_parent_id) add(rows, { ...texts, event_id: `p${page_id}`, entity: 'page' }, hour, 0);
    return true;
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    rows.truncate(length);
    return false;
  }
}

/** Returns the texts that the events of an edit share; undefined if no project is called like its wiki. */
function textsOf(
  { meta, page_title, page_namespace, page_is_redirect, performer }: Revision,
  hour: number,
  pseudonyms: Pseudonyms,
): Omit<EventTexts, 'event_id' | 'entity'> | undefined {
  const project = projectOf(meta.domain);
  if (project === undefined) return undefined;
  const { name, type } = performer ? editorOf(JSON.parse(performer) as Performer) : NOBODY;
  return {
    project,
    event: 'create',
    user_text: pseudonyms.stored(type, project, hour, checkedText('user_text', name)),
    editor_type: type,
    page_title: checkedText(
      'page_title',
      fullTitle(`${page_namespace}`, withoutPrefix(page_title, page_namespace)),
    ),
    page_type: page_namespace === 0 ? 'content' : 'non-content',
    deleted: 'false',
    redirect: `${page_is_redirect === true}`,
    self_created: 'false',
  };
}

/** AQS names a project by its domain, without `www.` and `.org`. */
function projectOf(domain: string): string | undefined {
  const name = domain
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.org$/, '');
  return isProject(name) ? name : undefined;
}

/** MediaWiki's titles begin with the wiki's own name of the namespace. */
function withoutPrefix(title: string, namespace: number): string {
  return namespace === 0 ? title : title.slice(title.indexOf(':') + 1);
}

function editorOf({ user_id, user_text = '', user_is_bot, user_is_temp, user_groups = [] }: Performer) {
  const type = editorTypeOf(user_text, !user_id || user_is_temp === true);
  const isBot = user_is_bot === true || user_groups.includes('bot');
  return { name: user_text, type: type !== 'anonymous' && isBot ? ('group-bot' as const) : type };
}

function add(rows: RowsBuilder, texts: EventTexts, hour: number, bytes: number): void {
  EVENT_TEXTS.forEach((name, i) => rows.dimensions[i]?.push(texts[name]));
  rows.grains.push(EVENTS_GRAIN);
  rows.ordinals.push(hour);
  rows.measures[0]?.push(bytes);
}
