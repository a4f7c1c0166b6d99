/**
 * The known name that a misspelt one was most likely meant to be; undefined where none is near.
 * Near is: at most a third of its letters have to be changed, added or taken away; two of a name of
 * five or six letters, one of a shorter one.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
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

/**
 * The known names that one who wrote another may have meant, the nearest first: those that begin as it
 * does or hold all of it, and those near to it, capitals or not.
 * @param most how many at most
 */
export function nearestOf(name: string, known: readonly string[], most: number): string[] {
  const wanted = name.toLowerCase();
  if (wanted === '') return [];
  return known
    .flatMap((candidate) => {
      const small = candidate.toLowerCase();
      if (small.includes(wanted)) return [{ candidate, changes: small.startsWith(wanted) ? 0 : 1 }];
      return nearest(wanted, [small]) === undefined
        ? []
        : [{ candidate, changes: 1 + distance(wanted, small) }];
    })
    .sort((a, b) => a.changes - b.changes)
    .slice(0, most)
    .map(({ candidate }) => candidate);
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
