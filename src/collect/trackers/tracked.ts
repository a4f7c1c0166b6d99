import { Problem } from '../../core/problem.ts';
import { ACTION } from '../../streams/action.ts';
import { PAGEVIEW } from '../../streams/pageview.ts';
import { objectIn } from '../json-object.ts';
import { incomingOf } from '../view.ts';
import type { Tracked } from './tracker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Returns a view of a page as an event, without members that are undefined or empty. */
export function viewed(fields: Fields, id?: string): Tracked {
  return { stream: PAGEVIEW.name, incoming: incomingOf(fields, id) };
}

/** Returns an action as an event. @param properties what else the tracker reports; kept as JSON */
export function done(name: string, fields: Fields, properties: unknown, id?: string): Tracked {
  return {
    stream: ACTION.name,
    incoming: incomingOf({ ...fields, name, properties: asJson(properties) }, id),
  };
}

function asJson(properties: unknown): string | undefined {
  if (properties === undefined || properties === null) return undefined;
  const json = typeof properties === 'string' ? properties : JSON.stringify(properties);
  return json === '{}' ? undefined : json;
}

/** Returns a value that is a text; undefined for other values. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the parameters whose names match a pattern. */
export function chosen(query: URLSearchParams, names: RegExp): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => names.test(name)));
}

/** Returns the members of a JSON object as parameters. */
export function paramsIn(value: unknown): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, member] of Object.entries(objectIn(value) ?? {})) params.set(name, String(member));
  return params;
}

/** Reads each event by itself, so that an unreadable one doesn't affect the others. */
export function each<T>(items: readonly T[], read: (item: T) => Tracked): (Tracked | Problem)[] {
  return items.map((item) => {
    try {
      return read(item);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
}
