import type { Column, Table } from './table.ts';
import type { Grain } from './time.ts';

/** Periods of the events are hours: the hour in which they happened. */
export const EVENTS_GRAIN: Grain = 'hourly';

export const EDITOR_TYPES = ['anonymous', 'group-bot', 'name-bot', 'user'] as const;
export const PAGE_TYPES = ['content', 'non-content'] as const;

/** The columns of texts, in their order. The first two name an event. */
export const EVENT_TEXTS = [
  'project',
  'event_id',
  'entity',
  'event',
  'user_text',
  'editor_type',
  'page_title',
  'page_type',
  'deleted',
  'redirect',
  'self_created',
] as const;

/** What an event is about, one text a column. */
export type EventTexts = Readonly<Record<(typeof EVENT_TEXTS)[number], string>>;

/**
 * What happened to the pages and accounts of wikis, one row an event: what the numbers about
 * edits are made from. It is no metric and nobody asks it for answers. docs/events.md explains it.
 */
export const EDIT_EVENTS: Table = {
  name: 'edit_events',
  dimensions: EVENT_TEXTS.map((name): Column => ({ name, type: 'text' })),
  identity: 2,
  entry: [],
  measures: [{ name: 'bytes_diff', type: 'difference', nullable: true }],
  ranking: undefined,
};
