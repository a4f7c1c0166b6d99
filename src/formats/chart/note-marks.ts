/** The mark of one or several notes that begin close together. */
export interface NoteMark {
  /** The place in the picture. */
  readonly x: number;
  /** The numbers of its notes, from 1: `3`, or `3–5`. */
  readonly label: string;
}

/** Marks notes by their numbers. Marks that would overlap become one. @param places of the notes, ascending; @param room of a mark */
export function markNotes(places: readonly number[], room: number): NoteMark[] {
  const marks: { x: number; from: number; to: number }[] = [];
  places.forEach((x, i) => {
    const before = marks.at(-1);
    if (before && x - before.x < room) before.to = i + 1;
    else marks.push({ x, from: i + 1, to: i + 1 });
  });
  return marks.map(({ x, from, to }) => ({ x, label: from === to ? `${from}` : `${from}–${to}` }));
}
