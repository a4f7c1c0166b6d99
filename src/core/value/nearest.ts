import { distance } from 'fastest-levenshtein';

/** Longer names, in characters, get no suggestions: comparing them would take too long. */
const MAX_NAME_CHARACTERS = 255;
/** The minimum number of characters of an abbreviation of a name. */
const MIN_PREFIX = 3;
/** The maximum number of known names to compare: a misspelt name must not keep the server busy. */
const MAX_COMPARED = 5000;

/** Names for the same thing in REST, GraphQL and /query. One of them suggests the one that is known. */
const SAME: readonly (readonly string[])[] = [
  ['granularity', 'grain'],
  ['start', 'end', 'date', 'range'],
  ['first', 'limit'],
];

/** A name without case and separators: `pageviewsPerArticle`, `pageviews_per_article` → `pageviewsperarticle`. */
function folded(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

/** The known name that differs only in case and separators. */
export function respelt(name: string, known: Iterable<string>): string | undefined {
  const wanted = folded(name);
  if (wanted === '') return undefined;
  for (const candidate of known)
    if (Math.abs(candidate.length - wanted.length) < wanted.length && folded(candidate) === wanted)
      return candidate;
  return undefined;
}

/**
 * The known name that a wrong one most likely means: the same name with other case or separators, else
 * this transport's name for the same thing, else the nearest by `nearestOf`, else the only one that
 * begins with it. Undefined if there is none.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const others = SAME.find((group) => group.includes(folded(name))) ?? [];
  return (
    respelt(name, names) ??
    names.find((candidate) => others.includes(candidate)) ??
    nearestOf(name, names, 1)[0] ??
    begun(name, names)
  );
}

/** The known name that begins with `name`, if it is the only one. */
function begun(name: string, known: readonly string[]): string | undefined {
  const small = folded(name);
  if (small.length < MIN_PREFIX) return undefined;
  const [only, ...more] = known.filter((candidate) => folded(candidate).startsWith(small));
  return more.length === 0 ? only : undefined;
}

/**
 * The known names nearest to a wrong one, the nearest first: those with the fewest changed, added or
 * removed letters, and those with one more. At most a third of the letters may change (two of five or
 * six, one of fewer). Swapping two neighbours is one change; case doesn't count.
 * @param most how many names at most
 */
export function nearestOf(name: string, known: Iterable<string>, most: number): string[] {
  const farthest = name.length < 2 ? 0 : name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  if (name.length > MAX_NAME_CHARACTERS || farthest === 0) return [];
  const small = name.toLowerCase();
  const found: { candidate: string; changes: number }[] = [];
  let compared = 0;
  for (const candidate of known) {
    // The difference in length is the least number of changes.
    if (Math.abs(name.length - candidate.length) > farthest) continue;
    if (compared++ === MAX_COMPARED) break;
    const changes = changesTo(name, candidate, small);
    if (changes <= farthest) found.push({ candidate, changes });
  }
  const fewest = found.reduce((least, { changes }) => Math.min(least, changes), Infinity);
  return found
    .filter(({ changes }) => changes <= fewest + 1)
    .sort((a, b) => a.changes - b.changes)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/**
 * The known names like a wrong one: those that begin with it, then those that contain it, then the
 * nearest. Case doesn't count.
 * @param most how many names at most
 */
export function alike(name: string, known: readonly string[], most: number): string[] {
  const small = name.toLowerCase();
  if (small === '') return [];
  const begins = known.filter((one) => one.toLowerCase().startsWith(small));
  const holds = known.filter((one) => one.toLowerCase().includes(small));
  return [...new Set([...begins, ...holds, ...nearestOf(name, known, most)])].slice(0, most);
}

/** The number of changed letters between two names. @param small the first name in lower case */
function changesTo(name: string, candidate: string, small: string): number {
  if (candidate.toLowerCase() === small) return 0;
  return isSwapped(name, candidate) ? 1 : distance(name, candidate);
}

function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

/** The end of a message on a wrong name: `: did you mean X?`, or a full stop if there is no suggestion. */
export function suggestion(near: string | readonly string[] | undefined): string {
  const names = near === undefined ? [] : [near].flat();
  return names.length === 0 ? '.' : `: did you mean ${names.join(' or ')}?`;
}

/** A suggestion as a hint of its own, beside AQS's texts, which must not change; undefined if there is none. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}
