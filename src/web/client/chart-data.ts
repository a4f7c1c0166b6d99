/** The place of a line's numbers, as the server wrote it into the figure. */
export interface LineSource {
  readonly src: number;
  readonly item: number;
  readonly measure: string;
  readonly label: string;
  readonly partial?: true;
}

/** Lines over the same periods. */
export interface ChartData {
  /** The starts of the periods, in seconds since 1970. */
  readonly times: readonly number[];
  /** The numbers of each line; null for a gap. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** An item of an answer with `shape=columns`. */
type Item = Readonly<Record<string, unknown>> & { readonly timestamps: readonly string[] };

/** Fetches the numbers of a figure's lines from the API. @throws Error if any are missing */
export async function fetchLines(figure: HTMLElement, lines: readonly LineSource[]): Promise<ChartData> {
  const urls = (figure.dataset['src'] ?? '').split(' ');
  const answers = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(`${url}?shape=columns`);
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      return ((await response.json()) as { items: readonly Item[] }).items;
    }),
  );
  const columns = lines.map(({ src, item, measure }) => {
    const found = answers[src]?.[item];
    const numbers = found?.[measure] as readonly (number | null)[] | undefined;
    if (!found || !numbers) throw new Error(`${urls[src]} has no ${measure}`);
    return new Map(found.timestamps.map((text, i) => [secondsOf(text), numbers[i] ?? null]));
  });
  const times = everyPeriod(
    columns.flatMap((column) => [...column.keys()]),
    figure.dataset['grain'] ?? '',
  );
  return { times, values: columns.map((column) => times.map((time) => column.get(time) ?? null)) };
}

/** Parses `2024030100`, `20240301` or `2024-03-01T00:00:00.000Z` into seconds since 1970. */
export function secondsOf(text: string): number {
  if (text.includes('-')) return Date.parse(text) / 1000;
  const [year, month, day, hour] = [
    text.slice(0, 4),
    text.slice(4, 6),
    text.slice(6, 8),
    text.slice(8, 10) || '0',
  ].map(Number) as [number, number, number, number];
  return Date.UTC(year, month - 1, day, hour) / 1000;
}

/** Returns all periods from the first time to the last. Those without a number are gaps. */
function everyPeriod(times: readonly number[], grain: string): number[] {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new Error('there are no numbers');
  const all: number[] = [];
  for (let time = first; time <= last; time = nextPeriod(time, grain)) all.push(time);
  return all;
}

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

function nextPeriod(time: number, grain: string): number {
  const date = new Date(time * 1000);
  switch (grain) {
    case 'hourly':
      return time + HOUR_S;
    case 'weekly':
      return time + 7 * DAY_S;
    case 'monthly':
      return date.setUTCMonth(date.getUTCMonth() + 1) / 1000;
    case 'yearly':
      return date.setUTCFullYear(date.getUTCFullYear() + 1) / 1000;
    default:
      return time + DAY_S;
  }
}
