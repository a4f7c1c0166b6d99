/** What one event, and one batch of them, may be. */
export interface Limits {
  /** Of an event as it is written to the log, in bytes. */
  readonly eventBytes: number;
  /** How deep an event's lists and objects may nest; the event itself is the first. */
  readonly depth: number;
  /** How many events a request may bring. */
  readonly batch: number;
}

/** The longest id of an event, in characters. */
export const LONGEST_ID = 128;

export const LIMITS: Limits = { eventBytes: 64 * 1024, depth: 16, batch: 500 };

/** Whether a JSON value nests deeper than so many lists and objects. */
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
