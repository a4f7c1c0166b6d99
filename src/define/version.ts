import { createHash } from 'node:crypto';

/**
 * The version of a set of rules: its name, its revision, and a digest of its data, so that a change of the data
 * is never forgotten. The revision is raised by hand when the code that reads the data changes its answers.
 */
export function versionOf(name: string, revision: number, rules: unknown): string {
  const text = JSON.stringify(rules, (_, value: unknown) => {
    if (value instanceof RegExp) return String(value);
    if (value instanceof Set) return [...(value as Set<unknown>)];
    return value;
  });
  return `${name}-${revision}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
