import { buildRoad } from './build-road.ts';
import type { Config } from './config.ts';
import { parseJson } from './core/exact-json.ts';
import { Problem } from './core/problem.ts';
import { queryOfParameters } from './core/query/query-parameters.ts';
import type { QueryAnswer } from './core/query/query-answer.ts';
import { catalogueWithDatasets } from './datasets-catalogue.ts';
import { openSeriesStore, openWarehouse } from './engines.ts';
import { renderTable } from './formats/query-table.ts';
import { QUERY_FORMS, type QueryFormat } from './formats/query.ts';

/** A question as written at the command line. */
export interface QueryFlags {
  readonly where: readonly string[];
  readonly by?: string;
  readonly grain?: string;
  readonly range?: string;
  readonly measures?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly total?: true;
  readonly compare?: string;
  readonly fill?: string;
  readonly dryRun?: true;
  readonly format: QueryFormat | 'table';
}

/**
 * `kraken query`: answers a question on standard output, straight from the engines.
 * @param asked the question as JSON, or a metric's name
 * @throws Problem, whose message says what is wrong, as a gateway would answer it; EngineError
 */
export async function queryCommand(
  config: Config,
  asked: string,
  flags: QueryFlags,
  signal: AbortSignal,
): Promise<void> {
  const json = questionOf(asked, flags);
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const store = await openSeriesStore(config.series, { readOnly: true });
    try {
      const catalogue = await catalogueWithDatasets(config, signal);
      const parts = { config, catalogue, store, warehouse, clock: Date };
      const { road, watch } = buildRoad(parts);
      await watch.refresh();
      const plan = road.planQuery(json);
      if (!plan.query.dryRun) road.charge([plan]);
      process.stdout.write(render(await road.readQuery(plan, signal), flags.format));
    } finally {
      await store.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** The question as JSON: the flags are the parameters of `/query` in other clothes. */
function questionOf(asked: string, flags: QueryFlags): unknown {
  if (asked.trimStart().startsWith('{')) {
    try {
      return parseJson(asked);
    } catch {
      throw new Problem('invalid-parameter', 'The question is not valid JSON.', { parameter: 'query' });
    }
  }
  const { where, format: _, total, dryRun, ...plain } = flags;
  const names = ['by', 'grain', 'range', 'measures', 'order', 'limit', 'cursor', 'compare', 'fill'] as const;
  return queryOfParameters([
    ['metric', asked],
    ...names.flatMap((name) => (plain[name] === undefined ? [] : [[name, plain[name]] as const])),
    ...(total ? [['total', 'true'] as const] : []),
    ...(dryRun ? [['dryRun', 'true'] as const] : []),
    ...where.map((condition) => {
      const at = condition.indexOf('=');
      if (at < 1)
        throw new Problem('invalid-parameter', `--where ${condition}: it should be DIMENSION=VALUE.`, {
          parameter: 'where',
        });
      return [`where.${condition.slice(0, at)}`, condition.slice(at + 1)] as const;
    }),
  ]);
}

function render(answer: QueryAnswer, format: QueryFlags['format']): Buffer | string {
  if (format === 'table') return renderTable(answer);
  const body = QUERY_FORMS[format].render(answer);
  return format === 'json' ? `${body.toString()}\n` : body;
}
