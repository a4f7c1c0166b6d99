/** The limits of an event and of a batch. */
export interface Limits {
  /** The maximum size of an event in the log, in bytes. */
  readonly eventBytes: number;
  /** The maximum nesting of lists and objects; the event itself is the first level. */
  readonly depth: number;
  /** The maximum number of events in a request. */
  readonly batch: number;
}

/** The maximum length of an event's id, in characters. */
export const LONGEST_ID = 128;

export const LIMITS: Limits = { eventBytes: 64 * 1024, depth: 16, batch: 500 };

/** Whether a JSON value nests deeper than `depth` levels of lists and objects. */
export function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeper(item, depth - 1)) return true;
    return false;
  }
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && isDeeper(member, depth - 1)) return true;
  }
  return false;
}
