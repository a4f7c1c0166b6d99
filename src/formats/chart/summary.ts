import type { BarChart, Chart, Line, LineChart } from './chart.ts';
import type { Look } from './style.ts';
import { listInWords, numberInWords, periodInWords } from './words.ts';

/** The maximum number of lines or bars that are described one by one. */
const MAX_DESCRIBED = 6;

/** A line chart in words, for screen readers: its range, and the first, last, least and greatest number of each line. */
export function summaryOfLines(chart: LineChart): string {
  const { grain, first, unit, lines } = chart;
  const drawn = lines.filter(({ values }) => values.some((value) => value !== null));
  const length = Math.max(0, ...lines.map(({ values }) => values.length));
  if (drawn.length === 0) return 'There are no numbers.';
  const range = `${periodInWords(grain, first)} to ${periodInWords(grain, first + length - 1)}`;
  const described = drawn.slice(0, MAX_DESCRIBED).map((line) => lineInWords(chart, line, drawn.length > 1));
  const more = drawn.length > MAX_DESCRIBED ? [`${drawn.length - MAX_DESCRIBED} more lines.`] : [];
  const partial = drawn.some((line) => line.partial !== undefined)
    ? ['The last period isn’t known to be complete.']
    : [];
  return [
    `${capital(grain)} ${unit}, ${range}.`,
    ...described,
    ...more,
    ...partial,
    ...corrected(chart),
    ...noted(chart),
    ...absent(chart),
  ].join(' ');
}

/** The maximum number of corrections in a description. */
const MAX_CORRECTED = 3;

function corrected({ marks = [] }: LineChart): string[] {
  const more = marks.length - MAX_CORRECTED;
  return [
    ...marks.slice(0, MAX_CORRECTED).map(({ text }) => text),
    ...(more > 0 ? [`${more} more corrections.`] : []),
  ];
}

function lineInWords({ grain, first }: LineChart, { label, values }: Line, named: boolean): string {
  const there = values.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
  type Point = (typeof there)[number];
  const [start, end] = [there[0] as Point, there.at(-1) as Point];
  const least = there.reduce((a, b) => (b.value < a.value ? b : a));
  const most = there.reduce((a, b) => (b.value > a.value ? b : a));
  const when = ({ value, at }: Point): string =>
    `${numberInWords(value)} (${periodInWords(grain, first + at)})`;
  const gaps = there.length < end.at - start.at + 1 ? ', with gaps' : '';
  return `${named ? `${label}: first` : 'First'} ${numberInWords(start.value)}, last ${numberInWords(end.value)}, least ${when(least)}, most ${when(most)}${gaps}.`;
}

/** A bar chart in words: its first bars, and how many there are. */
export function summaryOfBars(chart: BarChart): string {
  const { bars, unit } = chart;
  if (bars.length === 0) return 'The list is empty.';
  const described = bars
    .slice(0, MAX_DESCRIBED)
    .map(({ label, value }) => `${label}: ${numberInWords(value)}`);
  const more = bars.length > MAX_DESCRIBED ? [`${bars.length - MAX_DESCRIBED} more`] : [];
  const list = `By ${unit}. ${listInWords([...described, ...more], MAX_DESCRIBED + 1)}.`;
  return [list, ...noted(chart), ...absent(chart)].join(' ');
}

/** The maximum number of notes in a description. */
const MAX_NOTED = 3;

function noted({ notes = [] }: Chart): string[] {
  const more = notes.length - MAX_NOTED;
  return [
    ...notes.slice(0, MAX_NOTED).map(({ text }) => `Note of ${text}`),
    ...(more > 0 ? [`${more} more notes.`] : []),
  ];
}

function absent({ noRows }: Chart): string[] {
  return noRows === undefined ? [] : [`No rows: ${noRows}.`];
}

/** The note on values without rows in a picture that stands alone; pages show it beside the picture. */
export function withoutRows({ noRows }: Chart, { style }: Look): string[] {
  return noRows === undefined || style === undefined ? [] : [`no rows: ${noRows}`];
}

/** The text with a capital first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
