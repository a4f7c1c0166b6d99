import type { Listener } from './questions.ts';

/** How many examples are printed of what is wrong with a kind of clients. */
const EXAMPLES = 3;

/** What the clients were told, a line for each kind, with examples of what is wrong. @param different those that don't have what REST gives */
export function reportOf(
  listeners: readonly Listener[],
  different: ReadonlyMap<Listener, readonly string[]>,
): string[] {
  const lines: string[] = [];
  const all = {
    clients: 0,
    events: 0,
    lost: 0,
    wrong: 0,
    repeated: 0,
    'repeated ids': 0,
    resets: 0,
    strange: 0,
  };
  for (const kind of new Set(listeners.map((one) => one.kind))) {
    const own = listeners.filter((one) => one.kind === kind);
    const known = own.flatMap((one) => one.known);
    const count = (event: string): number =>
      own.reduce((sum, { events }) => sum + (events.get(event) ?? 0), 0);
    const events = ['point', 'provisional', 'correction'].reduce((sum, event) => sum + count(event), 0);
    const wrongs = known.flatMap((one) => one.wrong);
    const repeats = known.flatMap((one) => one.repeated);
    const resets = known.flatMap((one) => one.resets);
    const ids = own.flatMap((one) => one.repeatedIds);
    const strange = own.flatMap((one) => one.strange);
    const lost = own.flatMap((one) => different.get(one) ?? []);
    const counts = {
      clients: own.length,
      events,
      lost: lost.length,
      wrong: wrongs.length,
      repeated: repeats.length,
      'repeated ids': ids.length,
      resets: resets.length,
      strange: strange.length,
    };
    for (const [name, number] of Object.entries(counts)) all[name as keyof typeof all] += number;
    lines.push(
      `${kind.padEnd(22)} ${textOf(counts)}  (${count('correction')} corrections, ${count('end')} ends)`,
    );
    for (const [what, examples] of Object.entries({
      lost,
      wrong: wrongs,
      repeated: repeats,
      ids,
      resets,
      strange,
    }))
      for (const example of examples.slice(0, EXAMPLES)) lines.push(`    ${what}: ${example}`);
  }
  lines.push(`${'all'.padEnd(22)} ${textOf(all)}`);
  return lines;
}

function textOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
