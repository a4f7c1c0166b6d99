/** An object without a prototype, and as fast as others: `Object.create(null)` itself is a hash table. */
const Bare = function () {
  // It has no members of its own.
} as unknown as new () => Record<string, never>;
Bare.prototype = Object.create(null) as object;

/**
 * An empty record for names that callers or data owners choose. Other objects have members by themselves
 * (`constructor`, `toString`), which a look-up finds, and an assignment to `__proto__` doesn't add one.
 */
export function named<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const record = new Bare() as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** The same members in a record that has no others. */
export function ownOnly<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return named(Object.entries(record));
}

/** What a record, wherever it is from, has of its own under a name. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
