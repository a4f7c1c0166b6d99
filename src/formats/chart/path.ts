import { coordinate } from './frame.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The `d` attribute of a path, with short relative numbers. Runs of one point are left out, because they are drawn as dots. */
export function pathOf(runs: readonly (readonly Point[])[]): string {
  let path = '';
  for (const run of runs) {
    const [start, ...rest] = run as [Point, ...Point[]];
    if (rest.length === 0) continue;
    // Whole tenths, so that rounding errors don't accumulate.
    let [x, y] = [Math.round(start.x * 10), Math.round(start.y * 10)];
    path += `M${coordinate(x / 10)} ${coordinate(y / 10)}l`;
    rest.forEach((point, i) => {
      const [nextX, nextY] = [Math.round(point.x * 10), Math.round(point.y * 10)];
      path += joined(i > 0, coordinate((nextX - x) / 10)) + joined(true, coordinate((nextY - y) / 10));
      [x, y] = [nextX, nextY];
    });
  }
  return path;
}

/** Appends a number, after a space unless it begins with a minus sign. */
function joined(follows: boolean, number: string): string {
  return follows && !number.startsWith('-') ? ` ${number}` : number;
}

/** Drops points that can't be seen: of those in one column, the first, lowest, highest and last stay. */
export function thinned(run: readonly Point[], columnWidth: number): readonly Point[] {
  const kept: Point[] = [];
  for (let i = 0; i < run.length;) {
    const column = Math.floor((run[i] as Point).x / columnWidth);
    const start = i;
    let [lowest, highest] = [i, i];
    for (; i < run.length && Math.floor((run[i] as Point).x / columnWidth) === column; i++) {
      if ((run[i] as Point).y > (run[lowest] as Point).y) lowest = i;
      if ((run[i] as Point).y < (run[highest] as Point).y) highest = i;
    }
    const seen = [...new Set([start, lowest, highest, i - 1])].sort((a, b) => a - b);
    kept.push(...seen.map((at) => run[at] as Point));
  }
  return kept;
}
