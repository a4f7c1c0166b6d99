import { distance } from 'fastest-levenshtein';

/** Longer names, in characters, are near to none: comparing them would take too long. */
const LONGEST = 255;
/** So many known names are compared: whoever misspells a name must not keep a server busy. */
const MOST_COMPARED = 10_000;

/**
 * The known name that a misspelt one was most likely meant to be; undefined where none is near.
 * Near is: at most a third of its letters have to be changed, added or taken away; two of a name of
 * five or six letters, one of a shorter one. A name that differs in capitals only is the nearest.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  return nearestOf(name, known, 1)[0];
}

/** The same, several of them: the nearest first. @param most how many */
export function nearestOf(name: string, known: Iterable<string>, most: number): string[] {
  const farthest = name.length < 2 ? 0 : name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  if (name.length > LONGEST || farthest === 0) return [];
  const small = name.toLowerCase();
  const found: { candidate: string; changes: number }[] = [];
  let compared = 0;
  for (const candidate of known) {
    // At least so many letters have to come or go.
    if (Math.abs(name.length - candidate.length) > farthest) continue;
    if (compared++ === MOST_COMPARED) break;
    const changes = candidate.toLowerCase() === small ? 0 : distance(name, candidate);
    if (changes <= farthest) found.push({ candidate, changes });
  }
  return found
    .sort((a, b) => a.changes - b.changes)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** How a sentence on a wrong name ends: with what was most likely meant, where something is near. */
export function meant(near: string | readonly string[] | undefined): string {
  const names = near === undefined ? [] : [near].flat();
  return names.length === 0 ? '.' : `: did you mean ${names.join(' or ')}?`;
}

/** A hint for a wrong name: the known one that was most likely meant; undefined where none is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}
