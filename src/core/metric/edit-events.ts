import { cover, type Coverage } from '../time/coverage.ts';
import type { Column, Table } from './table.ts';
import { scopeKey, type TableState, valuesOfScope } from '../time/table-state.ts';
import type { Grain } from '../time/time.ts';

/** Periods of the events are hours: the hour in which they happened. */
export const EVENTS_GRAIN: Grain = 'hourly';

export const EDITOR_TYPES = ['anonymous', 'group-bot', 'name-bot', 'user'] as const;
/** What an event is about. */
export const ENTITIES = ['revision', 'page', 'user'] as const;
export type Entity = (typeof ENTITIES)[number];
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

/**
 * The scope of coverage of the events: a project, and what they are about, since not every file that
 * holds all edits of a wiki has its accounts.
 */
export function eventScope(project: string, entity: Entity): string {
  return scopeKey([project, entity]);
}

/** What is covered of each project's events of a kind. Before Kraken told kinds apart, a claim was of all of them. */
export function eventCoverage(state: TableState, entity: Entity): Map<string, Coverage> {
  const projects = new Map<string, Coverage>();
  for (const [scope, coverage] of state.coverage.get(EVENTS_GRAIN) ?? []) {
    const [project = '', of] = valuesOfScope(scope);
    if (of === undefined || of === entity)
      projects.set(project, coverage.reduce<Coverage>(cover, projects.get(project) ?? []));
  }
  return projects;
}

/** The projects of which any events were loaded. */
export function eventProjects(state: TableState): string[] {
  const scopes = [...(state.coverage.get(EVENTS_GRAIN)?.keys() ?? [])];
  return [...new Set(scopes.map((scope) => valuesOfScope(scope)[0] as string))];
}
