import { objectIn } from '../json-object.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a line that is a JSON object. @returns the object, or the reason why it is none */
export function objectOf(line: string): { readonly object: JsonObject } | { readonly reason: string } {
  if (!line.startsWith('{')) return { reason: 'it is no JSON object' };
  try {
    return { object: JSON.parse(line) as JsonObject };
  } catch (error) {
    return { reason: `it is no JSON: ${(error as Error).message.slice(0, 200)}` };
  }
}

/** Returns a text or a number as a text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Returns a member that is an object; an empty object if it is none. */
export function memberOf(object: JsonObject, name: string): JsonObject {
  return objectIn(object[name]) ?? {};
}
