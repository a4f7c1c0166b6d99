import { GRAINS, ordinalAt, startOf, type Ordinal } from '../../core/time/time.ts';
import { namedLines, type Chart, type Line, type LineChart } from './chart.ts';
import { listInWords } from './words.ts';

/**
 * Joins several charts: their lines get one time axis, in the finest of their grains. If the first is a
 * bar chart, only that is drawn.
 */
export function together(
  charts: readonly [Chart, ...Chart[]],
  options: { readonly title?: string; readonly scale?: 'linear' | 'log' } = {},
): Chart {
  const [chart] = charts;
  const { title } = options;
  if (chart.kind === 'bars') return { ...chart, ...(title === undefined ? {} : { title }) };
  const all = charts.filter((one) => one.kind === 'lines');
  const grain = GRAINS.find((known) => all.some((one) => one.grain === known)) ?? chart.grain;
  const at = (one: LineChart, i: number): Ordinal =>
    one.grain === grain ? one.first + i : ordinalAt(grain, startOf(one.grain, one.first + i));
  const first = Math.min(...all.map((one) => at(one, 0)));
  const lines = all.flatMap((one) =>
    one.lines.map((line): Line => {
      const values: (number | null)[] = [];
      line.values.forEach((value, i) => {
        while (values.length < at(one, i) - first) values.push(null);
        values.push(value);
      });
      const { partial } = line;
      return {
        ...line,
        values,
        ...(partial === undefined ? {} : { partial: at(one, partial) - first }),
      };
    }),
  );
  const moved = <Marked extends { readonly from: number; readonly to: number }>(
    one: LineChart,
    marked: readonly Marked[] = [],
  ): Marked[] =>
    marked.map((mark) => ({ ...mark, from: at(one, mark.from) - first, to: at(one, mark.to) - first }));
  const marks = all.flatMap((one) => moved(one, one.marks));
  const notes = all
    .flatMap((one) => moved(one, one.notes))
    // Two questions of one metric have the same notes.
    .filter((note, i, both) => both.findIndex((other) => other.text === note.text) === i)
    .toSorted((a, b) => a.from - b.from);
  const absent = [...new Set(all.flatMap((one) => one.noRows ?? []))];
  return {
    ...chart,
    title: listInWords([...new Set(all.map((one) => one.title))]),
    unit: [...new Set(all.map((one) => one.unit))].join(', '),
    ...(absent.length === 0 ? {} : { noRows: absent.join(', ') }),
    credit: [...new Set(all.flatMap((one) => one.credit ?? []))].join('; '),
    ...options,
    grain,
    first,
    lines: namedLines(lines),
    ...(marks.length === 0 ? {} : { marks }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
