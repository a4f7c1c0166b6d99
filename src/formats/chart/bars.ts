import type { BarChart } from './chart.ts';
import { coordinate, framed, MARGIN, TEXT_SIZE, WIDTH } from './frame.ts';
import { linearScale } from './scale.ts';
import { COLOURS, INK_2, type Look } from './style.ts';
import { capital, summaryOfBars, withoutRows } from './summary.ts';
import { numberInWords } from './words.ts';
import { escapeXml, fitted, widthOf } from './xml.ts';

const MAX_BARS = 20;
const ROW = 20;
const TOP = 64;
/** The greatest width of the names. */
const NAMES = 240;

/** The first bars of a ranked list, each with its name and number. */
export function drawBars(chart: BarChart, look: Look): string {
  const bars = chart.bars.slice(0, MAX_BARS);
  const numbers = bars.map(({ value }) => numberInWords(value));
  const room = (texts: readonly string[]): number =>
    Math.ceil(Math.max(0, ...texts.map((text) => widthOf(text, TEXT_SIZE))));
  const left = MARGIN + Math.min(NAMES, room(bars.map(({ label }) => label))) + 10;
  const right = WIDTH - MARGIN - room(numbers) - 8;
  const { place } = linearScale(
    bars.map(({ value }) => value),
    true,
    bars.length,
  );
  const highest = Math.max(0, ...bars.map(({ value }) => value));
  const lowest = Math.min(0, ...bars.map(({ value }) => value));
  const [from, to] = [place(lowest) ?? 0, place(highest) ?? 1];
  const at = (value: number): number =>
    left + (((place(value) ?? 0) - from) / (to - from || 1)) * (right - left);
  const rows = bars.map(({ label, value }, i) => {
    const y = TOP + i * ROW;
    const [start, end] = [Math.min(at(0), at(value)), Math.max(at(0), at(value))];
    return [
      `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${escapeXml(fitted(label, TEXT_SIZE, NAMES))}</text>`,
      `<rect class="c0" color="${COLOURS[0]?.[look.tone]}" x="${coordinate(start)}" y="${y + 3}" width="${coordinate(Math.max(end - start, 0.5))}" height="${ROW - 6}"/>`,
      `<text class="n" color="${INK_2[look.tone]}" x="${coordinate(end + 6)}" y="${y + 14}">${numbers[i]}</text>`,
    ].join('');
  });
  const notes = [
    capital(chart.unit),
    ...withoutRows(chart, look),
    ...(chart.bars.length > MAX_BARS ? [`the first ${MAX_BARS} of ${numberInWords(chart.bars.length)}`] : []),
    ...(chart.corrected === undefined ? [] : ['▲ corrected']),
    ...(chart.others === undefined ? [] : [`one of ${chart.others + 1} lists`]),
  ];
  return framed({
    height: TOP + bars.length * ROW + 28,
    title: chart.title,
    subtitle: notes.join('; '),
    credit: chart.credit,
    notes: chart.notes,
    description: summaryOfBars(chart),
    content: rows.join(''),
    look,
  });
}
