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
 * what the thing is called here, else the nearest; undefined where none is near.
 * Near is: at most a third of its letters have to be changed, added or taken away; two of a name of
 * five or six letters, one of a shorter one.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const others = SAME.find((group) => group.includes(folded(name))) ?? [];
  return (
    respelt(name, names) ??
    names.find((candidate) => others.includes(candidate)) ??
    fewestChanges(name, names)
  );
}

function fewestChanges(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  const most = name.length < 2 ? 0 : name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  let fewest = most + 1;
  for (const candidate of known) {
    // At least so many letters have to come or go, and texts of callers may be long.
    if (Math.abs(name.length - candidate.length) >= fewest) continue;
    const changes = distance(name, candidate);
    if (changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** How a sentence on a wrong name ends: with the one that was most likely meant, where one is near. */
export function meant(near: string | undefined): string {
  return near === undefined ? '.' : `: did you mean ${near}?`;
}

/** Levenshtein's: how many letters make one text the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
    }
  }
  return row[b.length]!;
}
