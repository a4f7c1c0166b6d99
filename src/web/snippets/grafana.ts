import { openDimensions } from '../../core/metric/metric.ts';
import { html } from '../html.ts';
import type { PathSnippets, SnippetKind, SnippetQuestion } from './snippet.ts';

/** The uids of the data sources that a pasted panel asks. */
const KRAKEN = { type: 'simpod-json-datasource', uid: 'kraken' };
const INFINITY = { type: 'yesoreyeram-infinity-datasource', uid: 'infinity' };

/** A panel's model. A metric's path is asked through Kraken's own data source, an analysis as CSV. */
export const grafana: SnippetKind = {
  id: 'grafana',
  title: 'Grafana panel',
  hint: ({ path }) =>
    path
      ? html`Paste it as a panel’s JSON. Its data source is of the type JSON, has the uid
          <code>kraken</code> and the address <code>/grafana</code> here. The panel shows the times of its
          dashboard.`
      : html`Paste it as a panel’s JSON. Its data source is of the type Infinity and has the uid
          <code>infinity</code>.`,
  text: (question) => {
    const { title, path } = question;
    const isList = path?.metric.shape.kind === 'top' || question.time === undefined;
    const datasource = path ? KRAKEN : INFINITY;
    const panel = {
      title,
      type: isList ? 'table' : 'timeseries',
      gridPos: { h: 9, w: 12, x: 0, y: 0 },
      datasource,
      targets: [
        { refId: 'A', datasource, ...(path ? ownTarget(path, question) : csvTarget(question, isList)) },
      ],
    };
    return JSON.stringify(panel, undefined, 2);
  },
};

function ownTarget({ metric, question }: PathSnippets, { measure }: SnippetQuestion): object {
  const { where, period } = question;
  const dimensions = openDimensions(metric).flatMap(({ name }) => {
    const values = where[name] ?? [];
    return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values] as const];
  });
  const granularity = 'granularity' in period ? period.granularity : undefined;
  const isHidden = (name: string): boolean => dimensions.some(([dimension]) => dimension === name);
  return {
    target: metric.name,
    payload: {
      ...Object.fromEntries(dimensions),
      ...(granularity === undefined || isHidden('granularity') ? {} : { granularity }),
      ...(metric.shape.kind === 'top' || isHidden('measure') ? {} : { measure }),
    },
  };
}

function csvTarget({ csv, time, by, measure }: SnippetQuestion, isList: boolean): object {
  const column = (name: string, type: string): object => ({ selector: name, text: name, type });
  return {
    type: 'csv',
    source: 'url',
    parser: 'backend',
    format: isList ? 'table' : 'timeseries',
    url: csv,
    url_options: { method: 'GET' },
    columns: [
      ...by.map((name) => column(name, 'string')),
      ...(time === undefined ? [] : [column(time, 'timestamp')]),
      column(measure, 'number'),
    ],
  };
}
