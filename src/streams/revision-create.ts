import { EDIT_STREAM } from '../core/metric/edit-events.ts';
import { durationMs } from './duration.ts';
import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** How long before or after its receipt an edit may have happened. Older revisions were imported into the wiki. */
const WINDOW = '7 days';
export const EDIT_WINDOW_MS = durationMs(WINDOW);

const text = (longest: number, description: string) => ({ type: 'string', maxLength: longest, description });
const id = (description: string) => ({ type: 'integer', minimum: 0, description });

/**
 * Edits, as a wiki's own MediaWiki reports them (extension EventBus, stream mediawiki.revision-create). Source:
 * wikimedia/schemas-event-primary, jsonschema/mediawiki/revision/create. Members that aren't needed are accepted and
 * not kept in the table.
 */
export const REVISION_CREATE: Stream = {
  ...streamOf({
    stream: EDIT_STREAM,
    title: 'Edits of wikis',
    owner: 'Kraken',
    schema: {
      type: 'object',
      required: ['meta', 'page_id', 'page_title', 'page_namespace', 'rev_id', 'rev_timestamp'],
      properties: {
        meta: { type: 'object', required: ['domain'], properties: { domain: { type: 'string' } } },
        database: text(255, "The name of the wiki's database."),
        page_id: id('The page.'),
        page_title: text(1_000, 'The title of the page with the name of its namespace in the wiki.'),
        page_namespace: { type: 'integer', description: "The number of the page's namespace." },
        page_is_redirect: { type: 'boolean', description: 'Whether the page is a redirect after the edit.' },
        rev_id: id('The revision.'),
        rev_parent_id: id('The revision before; absent or 0 if the edit made the page.'),
        rev_timestamp: { type: 'string', format: 'date-time', description: 'When the edit was saved.' },
        rev_len: { type: 'integer', description: 'The length of the text after the edit, in bytes.' },
        performer: {
          type: 'object',
          description: 'Who made the edit. The name of a person without an account is an IP address.',
        },
      },
    },
    retention: '90 days',
    personal: { keep: '7 days', fields: ['performer'] },
    time: { field: 'rev_timestamp', window: WINDOW },
    repeats: '7 days',
  }),
  filledBy: 'wikis',
};
