import { Problem } from '../../core/problem.ts';
import { ACTION } from '../../streams/action.ts';
import { PAGEVIEW } from '../../streams/pageview.ts';
import { objectIn } from '../json-object.ts';
import { toldOf } from '../view.ts';
import type { Tracked } from './tracker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A view of a page, as an event. Members that are undefined or empty are left out. */
export function viewed(fields: Fields, id?: string): Tracked {
  return { stream: PAGEVIEW.name, told: toldOf(fields, id) };
}

/** Something else that was done. @param properties what the tracker tells besides; kept as JSON */
export function done(name: string, fields: Fields, properties: unknown, id?: string): Tracked {
  return { stream: ACTION.name, told: toldOf({ ...fields, name, properties: asJson(properties) }, id) };
}

function asJson(properties: unknown): string | undefined {
  if (properties === undefined || properties === null) return undefined;
  const json = typeof properties === 'string' ? properties : JSON.stringify(properties);
  return json === '{}' ? undefined : json;
}

/** A text as such; undefined for anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The parameters whose names fit a pattern. */
export function chosen(query: URLSearchParams, names: RegExp): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => names.test(name)));
}

/** A JSON object's members, as if they stood in a URL. */
export function paramsIn(value: unknown): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, member] of Object.entries(objectIn(value) ?? {})) params.set(name, String(member));
  return params;
}

/** Reads each of several by itself: what can't be read leaves the others alone. */
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
