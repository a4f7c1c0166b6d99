import { timeTicks } from './calendar.ts';
import type { Line, LineChart } from './chart.ts';
import { dashesOf } from './dashes.ts';
import { coordinate, framed, MARGIN, rules, TEXT_SIZE, WIDTH } from './frame.ts';
import { markNotes } from './note-marks.ts';
import { pathOf, thinned, type Point } from './path.ts';
import { linearScale, logScale, shortNumber, type Scale } from './scale.ts';
import { COLOURS, INK_2, type Look } from './style.ts';
import { capital, summaryOfLines, withoutRows } from './summary.ts';
import { escapeXml, fitted, widthOf } from './xml.ts';

const HEIGHT = 360;
/** The size of the numbers of notes. */
const NOTE_SIZE = 11;
const TOP = 68;
const BOTTOM = HEIGHT - 60;
/** The greatest width of the names at the lines' ends. */
const NAMES = 190;
const NAME_HEIGHT = 15;
/** The maximum number of names that fit below each other. */
const MAX_NAMES = Math.floor((BOTTOM - TOP) / NAME_HEIGHT) + 1;

/** The part of the picture that holds the lines. */
interface Area {
  readonly left: number;
  readonly right: number;
  readonly scale: Scale;
  readonly at: (index: number) => number;
}

/** Draws lines over time. If there are several, each is named at its end. */
export function drawLines(chart: LineChart, look: Look): string {
  const area = areaOf(chart);
  const length = lengthOf(chart);
  const drawn = chart.lines.map((line, i) => drawLine(chart, line, i, area, look));
  const notes = [
    `${capital(chart.unit)}, ${chart.grain}`,
    ...withoutRows(chart, look),
    ...(chart.scale === 'log' ? ['logarithmic scale'] : []),
    ...(chart.lines.some(({ partial }) => partial !== undefined) ? ['dashed: not known to be complete'] : []),
    ...(chart.marks ? ['▲ corrected'] : []),
  ];
  return framed({
    height: HEIGHT,
    title: chart.title,
    subtitle: notes.join('; '),
    credit: chart.credit,
    notes: chart.notes,
    description: summaryOfLines(chart),
    content:
      axes(chart, length, area, look) +
      marksOfNotes(chart, area, look) +
      drawn.join('') +
      marksBelow(chart, area, look) +
      names(chart, area, look),
    look,
  });
}

function areaOf(chart: LineChart): Area {
  const values = chart.lines.flatMap((line) => line.values.filter((value) => value !== null));
  const scale = chart.scale === 'log' ? logScale(values) : linearScale(values, chart.fit !== true);
  const widest = Math.max(...scale.ticks.map((tick) => widthOf(shortNumber(tick), TEXT_SIZE)));
  const left = MARGIN + Math.ceil(widest) + 8;
  const named = chart.lines.length > 1;
  const labels = chart.lines.map(({ label }) => widthOf(label, TEXT_SIZE));
  const right = WIDTH - MARGIN - (named ? Math.min(NAMES, Math.ceil(Math.max(...labels))) + 14 : 4);
  const last = lengthOf(chart) - 1;
  const at = (index: number): number =>
    last < 1 ? (left + right) / 2 : left + (index / last) * (right - left);
  return { left, right, scale, at };
}

function lengthOf({ lines }: LineChart): number {
  return lines.reduce((longest, { values }) => Math.max(longest, values.length), 0);
}

function heightOf({ scale }: Area, value: number): number | undefined {
  const place = scale.place(value);
  return place === undefined ? undefined : BOTTOM - place * (BOTTOM - TOP);
}

function axes({ grain, first }: LineChart, length: number, area: Area, look: Look): string {
  const { left, right, scale } = area;
  const marks = scale.ticks.map((tick) => ({ tick, y: heightOf(area, tick) as number }));
  const numbers = marks.map(
    ({ tick, y }) => `<text x="${left - 8}" y="${coordinate(y + 4)}">${shortNumber(tick)}</text>`,
  );
  const ticks = timeTicks(grain, first, length, Math.max(3, Math.floor((right - left) / 62)));
  const times = ticks.map(({ index, label, context }) => {
    const x = coordinate(area.at(index));
    const below = context === undefined ? '' : `<tspan x="${x}" dy="15">${context}</tspan>`;
    return `<text x="${x}" y="${BOTTOM + 19}">${label}${below}</text>`;
  });
  const grid = marks.map(({ y }) => `M${left} ${coordinate(y)}H${right}`).join('');
  const baseline = heightOf(area, marks.some(({ tick }) => tick === 0) ? 0 : (marks[0]?.tick ?? 0));
  const small = ticks.map(({ index }) => `M${coordinate(area.at(index))} ${BOTTOM}v4`).join('');
  return `${rules(grid, look)}<g class="n" color="${INK_2[look.tone]}"><path fill="none" stroke="currentColor" d="M${left} ${coordinate(baseline ?? BOTTOM)}H${right}${small}"/><g text-anchor="end">${numbers.join('')}</g><g text-anchor="middle">${times.join('')}</g></g>`;
}

function drawLine(chart: LineChart, line: Line, place: number, area: Area, look: Look): string {
  const { values, partial, earlierThan } = line;
  const i = earlierThan ?? place;
  const pale = earlierThan === undefined ? '' : ' opacity=".45"';
  const points = values.map((value, index): Point | undefined => {
    const y = value === null ? undefined : heightOf(area, value);
    return y === undefined ? undefined : { x: area.at(index), y };
  });
  const unfinished = partial === undefined ? undefined : points[partial];
  const before = partial === undefined ? undefined : points[partial - 1];
  if (partial !== undefined) points[partial] = undefined;
  const runs = runsOf(points);
  const dots = runs.filter((run) => run.length === 1 && run[0] !== before).flat();
  const path = pathOf(runs.map((run) => (values.length > area.right - area.left ? thinned(run, 1) : run)));
  const dashes = dashesOf(i, COLOURS.length).join(' ');
  const dashed =
    unfinished && before ? `<path stroke-dasharray="3 3" d="${pathOf([[before, unfinished]])}"/>` : '';
  const hollow = unfinished
    ? `<circle cx="${coordinate(unfinished.x)}" cy="${coordinate(unfinished.y)}" r="3"/>`
    : '';
  return `<g class="c${i % COLOURS.length}" color="${colourOf(i, look)}"${pale} fill="none" stroke="currentColor" stroke-width="${chart.lines.length > 8 ? 1.5 : 2}" stroke-linejoin="round" stroke-linecap="round">${path === '' ? '' : `<path${dashes ? ` stroke-dasharray="${dashes}"` : ''} d="${path}"/>`}${dashed}${hollow}${dots.map(({ x, y }) => `<circle cx="${coordinate(x)}" cy="${coordinate(y)}" r="2" fill="currentColor"/>`).join('')}</g>`;
}

/** A triangle below the axis for each correction, with a line along its periods. */
function marksBelow({ marks = [] }: LineChart, area: Area, look: Look): string {
  if (marks.length === 0) return '';
  const drawn = marks.map(({ from, to, text }) => {
    const [x, end] = [coordinate(area.at(from)), coordinate(area.at(to))];
    const line =
      from === to ? '' : `<path stroke="currentColor" stroke-width="2" d="M${x} ${BOTTOM + 5}H${end}"/>`;
    return `<g>${line}<path fill="currentColor" d="M${x} ${BOTTOM + 1}l4 7h-8z"/><title>${escapeXml(text)}</title></g>`;
  });
  return `<g class="n" color="${INK_2[look.tone]}">${drawn.join('')}</g>`;
}

const NOTE_RADIUS = 8;

/** A line at the start of each note, with its number above; its periods are shaded. */
function marksOfNotes({ notes = [] }: LineChart, area: Area, look: Look): string {
  if (notes.length === 0) return '';
  const bands = notes
    .filter(({ from, to }) => to > from)
    .map(
      ({ from, to }) =>
        `M${coordinate(area.at(from))} ${TOP}H${coordinate(area.at(to))}V${BOTTOM}H${coordinate(area.at(from))}z`,
    );
  const marks = markNotes(
    notes.map(({ from }) => area.at(from)),
    2 * NOTE_RADIUS + 2,
  );
  const lines = marks.map(({ x }) => `M${coordinate(x)} ${TOP - 2}V${BOTTOM}`).join('');
  const labels = marks.map(({ x, label }) => {
    const half = Math.max(NOTE_RADIUS, Math.ceil(widthOf(label, NOTE_SIZE) / 2) + 4);
    const middle = Math.min(x, WIDTH - MARGIN - half);
    return `<rect x="${coordinate(middle - half)}" y="${TOP - 2 - 2 * NOTE_RADIUS}" width="${2 * half}" height="${2 * NOTE_RADIUS}" rx="${NOTE_RADIUS}"/><text fill="currentColor" stroke="none" x="${coordinate(middle)}" y="${TOP - 6.5}">${label}</text>`;
  });
  const texts = notes.map(({ text }, i) => `${i + 1}. ${text}`).join('\n');
  return `<g class="n" color="${INK_2[look.tone]}"><title>${escapeXml(texts)}</title>${bands.length > 0 ? `<path fill="currentColor" opacity=".1" d="${bands.join('')}"/>` : ''}<g fill="none" stroke="currentColor"><path stroke-dasharray="2 3" d="${lines}"/><g font-size="${NOTE_SIZE}" text-anchor="middle">${labels.join('')}</g></g></g>`;
}

function colourOf(i: number, { tone }: Look): string {
  return COLOURS[i % COLOURS.length]?.[tone] ?? '';
}

/** Splits points at gaps. */
function runsOf(points: readonly (Point | undefined)[]): Point[][] {
  const runs: Point[][] = [];
  points.forEach((point, i) => {
    if (!point) return;
    if (i > 0 && points[i - 1]) runs.at(-1)?.push(point);
    else runs.push([point]);
  });
  return runs;
}

/** The names at the ends of several lines, moved apart so that they don't overlap. */
function names(chart: LineChart, area: Area, look: Look): string {
  if (chart.lines.length < 2) return '';
  const ends = chart.lines.flatMap(({ label, values, earlierThan }, line) => {
    const i = earlierThan ?? line;
    const at = values.findLastIndex((value) => value !== null && heightOf(area, value) !== undefined);
    const y = at < 0 ? undefined : heightOf(area, values[at] as number);
    return y === undefined ? [] : [{ label, i, at, y }];
  });
  const kept = ends.sort((a, b) => a.y - b.y || a.i - b.i);
  const more = kept.length - MAX_NAMES;
  if (more > 0) kept.length = MAX_NAMES - 1;
  const places = apart(kept.map(({ y }) => y));
  const texts = kept.map(({ label, i, at, y }, n) => {
    const place = places[n] as number;
    const x = area.right + 12;
    // A dotted line leads from the end of the line to its name, unless they are side by side.
    const isBeside = Math.abs(place - y) < 3 && at === lengthOf(chart) - 1;
    const lead = isBeside
      ? ''
      : `<path fill="none" stroke="currentColor" stroke-width=".75" stroke-dasharray="1 2" d="M${coordinate(area.at(at) + 3)} ${coordinate(y)}L${x - 2} ${coordinate(place)}"/>`;
    return `<g class="c${i % COLOURS.length}" color="${colourOf(i, look)}">${lead}<text x="${x}" y="${coordinate(place + 4)}">${escapeXml(fitted(label, TEXT_SIZE, NAMES))}</text></g>`;
  });
  const rest = `<text class="n" color="${INK_2[look.tone]}" x="${area.right + 12}" y="${BOTTOM + 4}">and ${more + 1} more</text>`;
  return texts.join('') + (more > 0 ? rest : '');
}

/** Moves sorted heights at least a name's height apart, without leaving the picture. */
function apart(heights: readonly number[]): number[] {
  const places = [...heights];
  for (let i = 1; i < places.length; i++)
    places[i] = Math.max(places[i] as number, (places[i - 1] as number) + NAME_HEIGHT);
  let lowest = BOTTOM;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i] as number, lowest);
    lowest = (places[i] as number) - NAME_HEIGHT;
  }
  return places;
}
