import { cover, type Coverage } from '../time/coverage.ts';
import type { Column, Table } from './table.ts';
import { scopeKey, type TableState, valuesOfScope } from '../time/table-state.ts';
import type { Grain } from '../time/time.ts';

/** The grain of the events: the hour in which they happened. */
export const EVENTS_GRAIN: Grain = 'hourly';

export const EDITOR_TYPES = ['anonymous', 'group-bot', 'name-bot', 'user'] as const;
/** The kinds of things that events are about. */
export const ENTITIES = ['revision', 'page', 'user'] as const;
export type Entity = (typeof ENTITIES)[number];
export const PAGE_TYPES = ['content', 'non-content'] as const;

/** The stream in which wikis report their edits. */
export const EDIT_STREAM = 'mediawiki.revision-create';

/** The text columns, in order. The first two identify an event. */
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

/** The texts of one event, by column. */
export type EventTexts = Readonly<Record<(typeof EVENT_TEXTS)[number], string>>;

/**
 * The table of what happened to the pages and accounts of wikis, one row for each event. The metrics
 * about edits are made from it (docs/events.md); it is not a metric itself.
 */
export const EDIT_EVENTS: Table = {
  name: 'edit_events',
  dimensions: EVENT_TEXTS.map((name): Column => ({ name, type: 'text' })),
  identity: 2,
  entry: [],
  measures: [{ name: 'bytes_diff', type: 'difference', nullable: true }],
  ranking: undefined,
  streams: [EDIT_STREAM],
};

/**
 * The table of edits that wikis reported themselves, with the columns of `EDIT_EVENTS`. They lie apart from imported
 * histories, because the numbers of a project's period come from one of both.
 */
export const COLLECTED_EDITS: Table = { ...EDIT_EVENTS, name: 'collected_edits' };

/**
 * The scope of the events' coverage: a project and an entity. A file with all edits of a wiki need not
 * have its accounts.
 */
export function eventScope(project: string, entity: Entity): string {
  return scopeKey([project, entity]);
}

/** The coverage of one entity's events, by project. Scopes of older Krakens have no entity; they cover all. */
export function eventCoverage(state: TableState, entity: Entity): Map<string, Coverage> {
  const projects = new Map<string, Coverage>();
  for (const [scope, coverage] of state.coverage.get(EVENTS_GRAIN) ?? []) {
    const [project = '', of] = valuesOfScope(scope);
    if (of === undefined || of === entity)
      projects.set(project, coverage.reduce<Coverage>(cover, projects.get(project) ?? []));
  }
  return projects;
}

/** The projects with loaded events. */
export function eventProjects(state: TableState): string[] {
  const scopes = [...(state.coverage.get(EVENTS_GRAIN)?.keys() ?? [])];
  return [...new Set(scopes.map((scope) => valuesOfScope(scope)[0] as string))];
}
