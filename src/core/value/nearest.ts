import { distance } from 'fastest-levenshtein';

/** Longer names, in characters, are near to none: comparing them would take too long. */
const MAX_NAME_CHARACTERS = 255;
/** So many letters of a name are enough to mean it, where no other one begins so. */
const MIN_PREFIX = 3;
/** So many known names are compared: whoever misspells a name must not keep a server busy. */
const MAX_COMPARED = 5000;

/**
 * Names of one thing: URLs of REST, GraphQL and the language of `/query` don't all have the same. Who
 * writes one where another is known meant that one.
 */
const SAME: readonly (readonly string[])[] = [
  ['granularity', 'grain'],
  ['start', 'end', 'date', 'range'],
  ['first', 'limit'],
];

/** A name in the one spelling that all have: `pageviewsPerArticle`, `pageviews_per_article` → `pageviewsperarticle`. */
function folded(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

/** The known name that is the same one in another spelling. */
export function respelt(name: string, known: Iterable<string>): string | undefined {
  const wanted = folded(name);
  if (wanted === '') return undefined;
  for (const candidate of known)
    if (Math.abs(candidate.length - wanted.length) < wanted.length && folded(candidate) === wanted)
      return candidate;
  return undefined;
}

/**
 * The known name that a wrong one was most likely meant to be: the same one in another spelling, else
 * what the thing is called here, else the nearest, else the only one that begins so; undefined where
 * none is near.
 * Near is: at most a third of its letters have to be changed, added or taken away; two of a name of
 * five or six letters, one of a shorter one. Two neighbours that changed places are one change, and
 * capitals none.
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

/** The only name that begins as another one, which has letters enough to mean it. */
function begun(name: string, known: readonly string[]): string | undefined {
  const small = folded(name);
  if (small.length < MIN_PREFIX) return undefined;
  const [only, ...more] = known.filter((candidate) => folded(candidate).startsWith(small));
  return more.length === 0 ? only : undefined;
}

/** Those with the fewest changes and those that are hardly farther: the nearest first. @param most how many */
export function nearestOf(name: string, known: Iterable<string>, most: number): string[] {
  const farthest = name.length < 2 ? 0 : name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  if (name.length > MAX_NAME_CHARACTERS || farthest === 0) return [];
  const small = name.toLowerCase();
  const found: { candidate: string; changes: number }[] = [];
  let compared = 0;
  for (const candidate of known) {
    // At least so many letters have to come or go.
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
 * The names that one who wrote another may have meant: those that begin as it does, then those that
 * hold all of it, then those near to it; capitals count nowhere.
 * @param most how many at most
 */
export function alike(name: string, known: readonly string[], most: number): string[] {
  const small = name.toLowerCase();
  if (small === '') return [];
  const begins = known.filter((one) => one.toLowerCase().startsWith(small));
  const holds = known.filter((one) => one.toLowerCase().includes(small));
  return [...new Set([...begins, ...holds, ...nearestOf(name, known, most)])].slice(0, most);
}

/** Of letters; none for capitals, one for two neighbours that changed places. @param small the name in small letters */
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

/** How a sentence of ours on a wrong name ends: with what was most likely meant, where something is near. */
export function suggestion(near: string | readonly string[] | undefined): string {
  const names = near === undefined ? [] : [near].flat();
  return names.length === 0 ? '.' : `: did you mean ${names.join(' or ')}?`;
}

/**
 * The same as a hint beside a sentence of AQS's, which stays as clients know it: the known name that was
 * most likely meant; undefined where none is near.
 */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}
