import uPlot from 'uplot';
import { GRAINS, ordinalAt, startOf, type Grain } from '../../core/time/time.ts';
import { timeTicks } from '../../formats/chart/calendar.ts';
import { dashesOf } from '../../formats/chart/dashes.ts';
import { linearScale, logScale, shortNumber } from '../../formats/chart/scale.ts';
import { fetchLines, type ChartData, type LineSource } from './chart-data.ts';
import { drawNotes } from './chart-notes.ts';
import { readoutOf, type Readout } from './readout.ts';
import { RENEW_EVENT } from './renew.ts';

/**
 * Puts an interactive chart over a figure's picture, in the same box. The picture stays below it for screen
 * readers, and in case the chart is removed.
 * @throws Error if the numbers can't be fetched or drawn
 */
export async function drawFigure(figure: HTMLElement): Promise<void> {
  const picture = figure.querySelector<HTMLElement>('.picture');
  const svg = picture?.querySelector('svg');
  const lines = JSON.parse(figure.dataset['lines'] ?? '[]') as LineSource[];
  if (!picture || !svg || lines.length === 0) return;
  const grain = GRAINS.find((known) => known === figure.dataset['grain']) ?? 'daily';
  let data = await fetchLines(figure, lines);
  const isLog = figure.dataset['scale'] === 'log';
  const hasZero = figure.dataset['fit'] === undefined;
  const marks = JSON.parse(figure.dataset['marks'] ?? '[]') as Mark[];
  const notes = JSON.parse(figure.dataset['notes'] ?? '[]') as Mark[];
  const draw = (): Drawn => live(picture, svg, { lines, data, grain, isLog, hasZero, marks, notes });
  let drawn = draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (!picture.isConnected) return;
    drawn.remove();
    drawn = draw();
  });
  const renew = async (): Promise<void> => {
    try {
      data = await fetchLines(figure, lines);
      drawn.renew(data);
    } catch {
      // The numbers of before stay; the next change tries again.
    }
  };
  figure.addEventListener(RENEW_EVENT, () => void renew());
}

/** A chart that is drawn. */
interface Drawn {
  /** Shows other numbers of the same lines. */
  renew(data: ChartData): void;
  remove(): void;
}

/** The number of line colours in kraken.css. */
const COLOURS = 8;
/** With more numbers than this, lines have no dots. */
const MAX_DOTS = 100;

/** The first and the last period of a correction or a note, in seconds since 1970. */
type Mark = readonly [from: number, to: number];

interface Drawing {
  readonly lines: readonly LineSource[];
  readonly data: ChartData;
  readonly grain: Grain;
  readonly isLog: boolean;
  /** Whether the axis begins at zero, as for counts. */
  readonly hasZero: boolean;
  readonly marks: readonly Mark[];
  readonly notes: readonly Mark[];
}

/** Draws the chart. */
function live(picture: HTMLElement, svg: SVGElement, drawing: Drawing): Drawn {
  const { lines, data, grain, isLog, hasZero, marks, notes } = drawing;
  const colourOf = (selector: string): string => {
    const element = svg.querySelector(selector);
    return element ? getComputedStyle(element).color : '#888';
  };
  const colours = lines.map((_, i) => colourOf(`.c${i % COLOURS}`));
  const title = svg.querySelector('title')?.textContent ?? '';
  const readout = readoutOf({
    title,
    grain,
    unit: picture.closest('figure')?.dataset['unit'] ?? '',
    lines,
    data,
    colours,
  });
  // The chart gets the focus instead of the picture.
  picture.removeAttribute('tabindex');
  picture.append(readout.element);
  const { clientWidth: width, clientHeight: height } = readout.plot;
  const plot = new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: { y: isLog ? { distr: 3, log: 10 } : { range: roundRange(hasZero) } },
      axes: [
        { ...axis(colourOf('.n'), colourOf('.r')), ...calendarOf(grain) },
        {
          ...axis(colourOf('.n'), colourOf('.r')),
          size: 48,
          splits: (u) => ticksBetween(u, isLog, hasZero),
          values: (_, splits) => splits.map((value) => shortNumber(value)),
        },
      ],
      series: [{}, ...seriesOf(lines, colours)],
      hooks: {
        setCursor: [({ cursor: { idx } }) => readout.show(idx ?? undefined)],
        drawAxes: [(drawn) => drawNotes(drawn, notes, colourOf('.n'))],
        draw: [(drawn) => drawMarks(drawn, marks, colourOf('.n'))],
      },
    },
    columnsOf(drawing),
    readout.plot,
  );
  const resized = new ResizeObserver(() =>
    plot.setSize({ width: readout.plot.clientWidth, height: readout.plot.clientHeight }),
  );
  resized.observe(readout.plot);
  readByKeys(plot, readout);
  return {
    renew: (renewed) => {
      plot.setData(columnsOf({ ...drawing, data: renewed }));
      readout.renew(renewed, plot.cursor.idx ?? undefined);
    },
    remove: () => {
      resized.disconnect();
      plot.destroy();
      readout.element.remove();
      picture.tabIndex = 0;
    },
  };
}

/** Draws a triangle below the axis for each correction, with a line along its periods, as in the picture. */
function drawMarks(plot: uPlot, marks: readonly Mark[], ink: string): void {
  const { ctx, bbox } = plot;
  const unit = devicePixelRatio;
  const y = bbox.top + bbox.height + unit;
  ctx.save();
  ctx.fillStyle = ink;
  for (const [from, to] of marks) {
    const [x, end] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)];
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + 4 * unit, y + 7 * unit);
    ctx.lineTo(x - 4 * unit, y + 7 * unit);
    ctx.fill();
    ctx.fillRect(x, y + 3 * unit, end - x, 2 * unit);
  }
  ctx.restore();
}

function axis(ink: string, rule: string): uPlot.Axis {
  return {
    stroke: ink,
    font: '12px system-ui, sans-serif',
    grid: { stroke: rule, width: 1 },
    ticks: { stroke: rule, width: 1, size: 4 },
  };
}

/** Returns the marks of the time axis for the visible part. They are the same as in the picture. */
function calendarOf(grain: Grain): Pick<uPlot.Axis, 'splits' | 'values'> {
  let labels: string[] = [];
  return {
    splits: ({ width }, _, from, to) => {
      const first = ordinalAt(grain, from * 1000);
      const length = ordinalAt(grain, to * 1000) - first + 1;
      const ticks = timeTicks(grain, first, length, Math.max(3, Math.floor(width / 75)));
      const visible = ticks
        .map(({ index, label, context }) => ({
          time: startOf(grain, first + index) / 1000,
          label: context === undefined ? label : `${label}\n${context}`,
        }))
        .filter(({ time }) => time >= from);
      labels = visible.map(({ label }) => label);
      return visible.map(({ time }) => time);
    },
    values: () => labels,
  };
}

/** Returns the series of all lines, followed by the dashed last pieces of lines whose last period may be incomplete. */
function seriesOf(lines: readonly LineSource[], colours: readonly string[]): uPlot.Series[] {
  const width = lines.length > 8 ? 1.5 : 2;
  // With many numbers, dots would hide the lines. A dot between two gaps is always drawn.
  const points: uPlot.Series.Points = {
    show: (_, __, from, to) => (to - from) * lines.length <= MAX_DOTS,
    fill: getComputedStyle(document.body).backgroundColor,
  };
  const whole = lines.map((_, i): uPlot.Series => ({
    stroke: colours[i] ?? '',
    width,
    dash: [...dashesOf(i, COLOURS)],
    spanGaps: false,
    points,
  }));
  const partial = lines.flatMap(({ partial }, i): uPlot.Series[] =>
    partial ? [{ stroke: colours[i] ?? '', width, dash: [4, 4], spanGaps: false }] : [],
  );
  return [...whole, ...partial];
}

function columnsOf({ lines, data, isLog }: Drawing): uPlot.AlignedData {
  const drawn = data.values.map((values) =>
    isLog ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values],
  );
  const pieces = lines.flatMap(({ partial }, i) => {
    const values = drawn[i] as (number | null)[];
    if (!partial) return [];
    const end = values.findLastIndex((value) => value !== null);
    const piece = values.map((value, at) => (at === end || at === end - 1 ? value : null));
    values[end] = null;
    return [piece];
  });
  return [[...data.times], ...drawn, ...pieces];
}

/** Returns a range that ends at round numbers, as in the picture. */
function roundRange(hasZero: boolean): uPlot.Range.Function {
  return (_, least, most) => {
    const { ticks } = linearScale([least ?? 0, most ?? 1], hasZero);
    return [ticks[0] as number, ticks.at(-1) as number];
  };
}

function ticksBetween({ scales }: uPlot, isLog: boolean, hasZero: boolean): number[] {
  const { min, max } = scales['y'] ?? {};
  const ends = [min ?? 0, max ?? 1];
  return [...(isLog ? logScale(ends) : linearScale(ends, hasZero)).ticks];
}

/** Moves the readout from period to period by arrow keys, PageUp, PageDown, Home and End. */
function readByKeys(plot: uPlot, readout: Readout): void {
  const last = (): number => plot.data[0].length - 1;
  let index = last();
  const moves: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => index - 1,
    ArrowRight: () => index + 1,
    PageUp: () => index - 10,
    PageDown: () => index + 10,
    Home: () => 0,
    End: last,
  };
  readout.plot.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    index = Math.max(0, Math.min(last(), move()));
    plot.setCursor({ left: plot.valToPos(plot.data[0][index] as number, 'x'), top: 0 });
    readout.show(index);
    readout.say(index);
  });
}
