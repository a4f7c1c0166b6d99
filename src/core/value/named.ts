/** Makes objects without a prototype that are as fast as others; `Object.create(null)` makes a slow hash table. */
const Bare = function () {
  // The constructor adds no members.
} as unknown as new () => Record<string, never>;
Bare.prototype = Object.create(null) as object;

/**
 * A record for keys that callers or data owners choose. Ordinary objects inherit members
 * (`constructor`, `toString`), which a lookup would find, and can't have a member `__proto__`.
 */
export function named<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const record = new Bare() as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** A copy of a record's own members that inherits no others. */
export function ownOnly<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return named(Object.entries(record));
}

/** A record's own member; undefined for an inherited one. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
