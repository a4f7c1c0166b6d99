import type { Annotation } from '../../core/metric/annotation.ts';
import { dimensionOf } from '../../core/metric/metric.ts';
import { isAboutAny } from '../../core/question/annotations.ts';
import type { TableFrame } from './frames.ts';
import type { Panel } from './panel.ts';
import type { Target } from './payload.ts';

/**
 * Answers an annotation query of a dashboard: the notes on the target's metric that touch the panel's range and the values asked
 * for. Grafana reads the columns by these names. `timeEnd` is a note's last instant; one of a single moment has none.
 */
export function annotationsFrame({ from, to }: Pick<Panel, 'from' | 'to'>, target: Target): TableFrame {
  const { metric, refId, where } = target;
  const valuesOf = (name: string): readonly string[] | undefined => {
    const asked = where[name] ?? [];
    return asked.length === 0 ? undefined : asked.map(dimensionOf(metric, name)?.normalise ?? String);
  };
  const isMeant = (one: Annotation): boolean =>
    one.startMs < to && one.endMs > from && isAboutAny(one, valuesOf);
  const found = (metric.annotations ?? []).filter(isMeant).toSorted((a, b) => a.startMs - b.startMs);
  return {
    type: 'table',
    refId,
    columns: [
      { text: 'time', type: 'time' },
      { text: 'timeEnd', type: 'time' },
      { text: 'title', type: 'string' },
      { text: 'text', type: 'string' },
      { text: 'tags', type: 'string' },
    ],
    rows: found.map(({ startMs, endMs, text, where: about = {} }) => [
      startMs,
      endMs - 1,
      metric.title,
      text,
      Object.values(about).flat().join(','),
    ]),
  };
}
