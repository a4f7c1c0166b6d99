import { objectIn } from '../json-object.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON object that a line is, or why it is none. */
export function objectOf(line: string): { readonly object: JsonObject } | { readonly reason: string } {
  if (!line.startsWith('{')) return { reason: 'it is no JSON object' };
  try {
    return { object: JSON.parse(line) as JsonObject };
  } catch (error) {
    return { reason: `it is no JSON: ${(error as Error).message.slice(0, 200)}` };
  }
}

/** A text that a value is; numbers are texts here. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A member that is an object; one without members where it is none. */
export function memberOf(object: JsonObject, name: string): JsonObject {
  return objectIn(object[name]) ?? {};
}
