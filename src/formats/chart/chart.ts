import { PRESENCE, type Answer, type SeriesAnswer } from '../../core/answer.ts';
import type { Grain, Ordinal } from '../../core/time.ts';
import { entryField } from '../json.ts';

/** What a picture shows, wherever its numbers come from. */
export type Chart = LineChart | BarChart;

/** Lines over the periods `first`, `first + 1`, … */
export interface LineChart {
  readonly kind: 'lines';
  readonly title: string;
  /** What is counted: `views`. */
  readonly unit: string;
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly label: string;
  /** One a period; null for a gap. */
  readonly values: readonly (number | null)[];
}

/** Bars from the longest to the shortest. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** The picture of an answer: a line a series, or a bar an entry of its first list. */
export function chartOf(answer: Answer): Chart {
  const { metric } = answer;
  const [name = '', measure] = Object.entries(metric.measures)[0] ?? [];
  const unit = measure?.unit ?? name;
  if (answer.kind === 'series') {
    const { first, length } = extentOf(answer);
    const lines = answer.series.map((series): Line => {
      const values = Array.from({ length }, (_, i): number | null => {
        const at = first + i - series.first;
        const presence = series.presence[at] ?? PRESENCE.absent;
        if (presence === PRESENCE.absent || presence === PRESENCE.nulls) return null;
        return series.measures[0]?.[at] ?? null;
      });
      return { label: series.values.join(', '), values };
    });
    return { kind: 'lines', title: metric.title, unit, grain: answer.grain, first, lines };
  }
  const entries = answer.lists[0]?.entries;
  const labels = metric.shape.kind === 'top' && metric.shape.entry[0];
  if (!entries || !labels) return { kind: 'bars', title: metric.title, unit, bars: [] };
  const label = entryField(metric, entries, labels.name);
  const bars = Array.from({ length: entries.length }, (_, i) => ({
    label: String(label(i) ?? ''),
    value: entries.measures[0]?.[i] ?? 0,
  }));
  return { kind: 'bars', title: metric.title, unit, bars };
}

function extentOf({ series }: SeriesAnswer): { first: Ordinal; length: number } {
  const present = series.filter((one) => one.presence.length > 0);
  const first = Math.min(...present.map((one) => one.first));
  const last = Math.max(...present.map((one) => one.first + one.presence.length - 1));
  return present.length === 0 ? { first: 0, length: 0 } : { first, length: last - first + 1 };
}
