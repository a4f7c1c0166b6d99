import { licenceOf } from '../../core/metric/metric.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { lengthOf, startOf, type Grain } from '../../core/time/time.ts';
import { wideColumns } from '../../formats/wide-names.ts';
import type { Road } from '../../read/road.ts';
import { limnQuestion, openValues } from './questions.ts';
import { pathOfSourceId } from './source-id.ts';

/** Limn's names for the length of a period. */
const STEPS: Readonly<Record<Grain, string>> = {
  hourly: '1h',
  daily: '1d',
  weekly: '1w',
  monthly: '1mo',
  yearly: '1y',
};

/** Limn's description of a table of numbers: its address and its columns. */
export interface Datasource {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly shortName: string;
  /** Markdown. */
  readonly desc: string;
  readonly notes: string;
  readonly format: 'csv';
  readonly type: 'timeseries';
  readonly url: string;
  readonly timespan: { readonly start: string; readonly end: string; readonly step: string };
  readonly columns: readonly {
    readonly index: number;
    readonly id: string;
    readonly label: string;
    readonly type: 'date' | 'int' | 'float';
  }[];
}

/**
 * Returns the datasource of a question.
 * @param id the id of the question, see `sourceIdOf`
 * @param files the base URL of the datafiles, without a trailing slash
 * @throws Problem if the id is not a question, or none of its data is loaded; EngineError
 */
export function datasourceOf(road: Road, id: string, files: string): Datasource {
  const { metric, question, series } = limnQuestion(road.catalogue, pathOfSourceId(id));
  const columns = wideColumns([{ metric, series }]);
  const plan = road.plan(question);
  const asked = series.map((values) => openValues(metric, values).join(', ')).join('; ');
  return {
    id,
    slug: id,
    name: asked === '' ? metric.title : `${metric.title}: ${asked} (${plan.grain})`,
    shortName: asked || metric.title,
    desc: `${metric.doc}\n\nSource: ${metric.source}. Licence: ${licenceOf(metric)}.`,
    notes: (metric.caveats ?? []).join('\n\n'),
    format: 'csv',
    type: 'timeseries',
    url: `${files}/${id}.csv`,
    timespan: timespanOf(plan),
    columns: [
      { index: 0, id: 'date', label: 'Date', type: 'date' },
      ...columns.map(({ id, label, type }, i) => ({ index: i + 1, id, label, type })),
    ],
  };
}

function timespanOf(plan: PathPlan): Datasource['timespan'] {
  const spans = plan.kind === 'series' ? plan.parts.map(({ span }) => span).filter(lengthOf) : [];
  const text = (ordinal: number): string =>
    new Date(startOf(plan.grain, ordinal))
      .toISOString()
      .slice(0, plan.grain === 'hourly' ? 16 : 10)
      .replaceAll('-', '/')
      .replace('T', ' ');
  return {
    start: text(Math.min(...spans.map(({ first }) => first))),
    end: text(Math.max(...spans.map(({ last }) => last))),
    step: STEPS[plan.grain],
  };
}
