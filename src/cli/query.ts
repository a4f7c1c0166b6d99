import { Option, type Command } from 'commander';
import { DERIVED_MEASURES, derivedName } from '../core/derived/derived-measures.ts';
import { buildRoad } from '../setup/build-road.ts';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import { parseJson } from '../core/value/exact-json.ts';
import { Problem } from '../core/problem.ts';
import { queryOfParameters } from '../core/question/query-parameters.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { dimensionsOf, unknownMember } from '../core/question/unknown-member.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { openSeriesStore } from '../config/engines.ts';
import { whyNoLake } from '../config/lake-folder.ts';
import { plan as planOf } from '../core/question/planner.ts';
import { MEMBERS, readQuery } from '../core/question/query-text.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { absenceInWords, renderTable } from '../formats/query-table.ts';
import { QUERY_FORMATS } from '../formats/formats.ts';
import { queryStyleOf } from '../formats/query.ts';
import type { RowStyle } from '../formats/row-style.ts';
import { datasetRemedy } from './dataset-remedy.ts';
import { unknownMetric } from './named-metrics.ts';
import { nearest } from '../core/value/nearest.ts';
import { openForReading } from './open-for-reading.ts';
import { withRefusedValue } from './refused-value.ts';
import { strayFlags } from './options.ts';

/** The names of derived measures. */
const DERIVED = DERIVED_MEASURES.map((one) => derivedName('views', one)).join(', ');

/** The default format, for people. `/query` doesn't have it. */
const TABLE = 'table';

export function declare(command: Command): void {
  command
    .argument('<question>', "a question as JSON, or a metric's name together with the options below")
    .option(
      '--where <condition>',
      'dimension=value, or a|b for several values; dimension!=value excludes; dimension^=text is a prefix; repeatable',
      (text: string, others: readonly string[]) => [...others, text],
      [],
    )
    .option('--by <dimensions>', 'group by these, separated by commas')
    .option('--grain <grain>', 'one row per daily, monthly, … period; default: one row for the whole range')
    .option('--range <range>', '2024-01..2024-03, 2024, -30d or latest; both ends are included')
    .option(
      '--measures <names>',
      `only these, separated by commas; default: all. Derived ones, of views: ${DERIVED}`,
    )
    .option('--order <names>', 'sort by these, separated by commas; -views sorts the highest first')
    .option('--limit <n>', 'number of rows of a page')
    .option('--cursor <cursor>', 'the start of the page: the cursor of the previous page')
    .option('--total', 'add a row over everything')
    .option(
      '--compare <range>',
      'compare with this range: previous, previous_year, or an earlier range of the same length',
    )
    .option('--having <conditions>', 'only rows whose numbers meet these, separated by commas: views>=1000')
    .option('--top <n>', 'only the first rows of each group of --within')
    .option('--within <names>', 'what makes a group: dimensions of --by, or timestamp, separated by commas')
    .option('--others', 'add a last row to each group: the sum of its other rows')
    .option('--fill <zero|null>', 'add rows for periods without data')
    .option(
      '--as-of <time>',
      'answer from the numbers that were served at this time, such as 2026-11-29T14:30:00Z or -7d',
    )
    .option('--dry-run', 'plan the question, but read nothing')
    .option('--names <dimensions>', 'add the names of these values, separated by commas: country')
    .option('--time <iso>', 'write hours as 2024-03-01T06:00:00Z, which every program reads')
    .addOption(new Option('--format <format>').choices([TABLE, ...QUERY_FORMATS.keys()]).default(TABLE))
    // An unknown flag may be a dimension; only the catalogue knows.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (question: string, options: Flags & QueryFlags) => {
      const strays = strayFlags(command.args.slice(1));
      const config = readConfig(process.env, options);
      await queryCommand(config, question, options, strays, new AbortController().signal);
    });
}

/** The flags of a question. */
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
  readonly having?: string;
  readonly top?: string;
  readonly within?: string;
  readonly others?: true;
  readonly fill?: string;
  readonly asOf?: string;
  readonly dryRun?: true;
  readonly time?: string;
  readonly names?: string;
  /** `table`, or a format of `/query`. */
  readonly format: string;
}

/**
 * `kraken query`: answers a question on standard output, directly from the engines.
 * @param asked the question as JSON, or a metric's name
 * @param unknown the names of unknown flags
 * @throws Problem with the message that a gateway would answer; EngineError
 */
export async function queryCommand(
  config: Config,
  asked: string,
  flags: QueryFlags,
  unknown: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const catalogue = await catalogueWithDatasets(config, signal);
  const json = questionOf(asked, flags, unknown, catalogue);
  await refuseUnknown(json, catalogue, config);
  try {
    await answer(config, catalogue, json, flags, signal);
  } catch (error) {
    throw withRefusedValue(error, json, catalogue);
  }
}

async function answer(
  config: Config,
  catalogue: Catalogue,
  json: unknown,
  flags: QueryFlags,
  signal: AbortSignal,
): Promise<void> {
  // Without data, the question is planned anyway: its own mistakes are reported first.
  if (whyNoLake(config) !== undefined)
    planOf(
      readQuery(json, (metric) => dimensionsOf(catalogue, metric)),
      { catalogue, stateOf: () => EMPTY_STATE, clock: Date },
    );
  const warehouse = await openForReading(config);
  try {
    const store = await openSeriesStore(config.series, { readOnly: true });
    try {
      const parts = { config, catalogue, store, warehouse, clock: Date };
      const { road, watch } = buildRoad(parts);
      await watch.refresh();
      const plan = road.plan(road.question(json));
      const style = queryStyleOf(plan, flags);
      if (!plan.query.dryRun) road.charge([plan]);
      const found = await road.read(plan, signal);
      process.stdout.write(await render(found, flags.format, style));
      // Only a table and JSON have room for hints, so other formats print them to standard error.
      if (flags.format !== TABLE && flags.format !== 'json')
        for (const line of absenceInWords(found)) process.stderr.write(`${line}\n`);
    } finally {
      await store.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** Refuses a name that isn't similar to any metric's. It may be a data set whose folder isn't set. @throws UsageError */
async function refuseUnknown(json: unknown, catalogue: Catalogue, config: Config): Promise<void> {
  const { metric } = (json ?? {}) as { metric?: unknown };
  if (typeof metric !== 'string' || catalogue.byName.has(metric) || config.datasets !== 'none') return;
  const known = [...catalogue.byName.keys()];
  const isNear = nearest(metric, known) !== undefined;
  if (!isNear || (await datasetRemedy(metric, config)) !== undefined)
    throw await unknownMetric(metric, known, config);
}

/** The known flags, which errors list: the members of a question except the metric, and the format. */
const FLAGS = [...MEMBERS.filter((name) => name !== 'metric').map((name) => kebab(name)), 'format'];

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns the question as JSON. The flags correspond to the parameters of `/query`. */
function questionOf(
  asked: string,
  flags: QueryFlags,
  unknown: readonly string[],
  catalogue: Catalogue,
): unknown {
  const [stray] = unknown;
  if (stray !== undefined) {
    const metric = asked.startsWith('{') ? undefined : asked;
    throw unknownMember(stray, FLAGS, dimensionsOf(catalogue, metric), 'flags');
  }
  if (asked.trimStart().startsWith('{')) {
    try {
      return parseJson(asked);
    } catch {
      throw new Problem('invalid-parameter', 'The question is not valid JSON.', { parameter: 'query' });
    }
  }
  const { where, format: _, time: _time, names: _names, total, others, dryRun, ...plain } = flags;
  const names = [
    'by',
    'grain',
    'range',
    'measures',
    'order',
    'limit',
    'cursor',
    'compare',
    'having',
    'top',
    'within',
    'fill',
    'asOf',
  ] as const;
  const parameters: (readonly [string, string])[] = [
    ['metric', asked],
    ...names.flatMap((name) => (plain[name] === undefined ? [] : [[name, plain[name]] as const])),
    ...(total ? [['total', 'true'] as const] : []),
    ...(others ? [['others', 'true'] as const] : []),
    ...(dryRun ? [['dryRun', 'true'] as const] : []),
    ...where.map((condition) => {
      const at = condition.indexOf('=');
      if (at < 1)
        throw new Problem('invalid-parameter', `--where ${condition}: write DIMENSION=VALUE.`, {
          parameter: 'where',
        });
      return [`where.${condition.slice(0, at)}`, condition.slice(at + 1)] as const;
    }),
  ];
  return queryOfParameters(parameters, catalogue, 'flags');
}

async function render(
  answer: QueryAnswer,
  format: QueryFlags['format'],
  style: RowStyle,
): Promise<Buffer | string> {
  const form = QUERY_FORMATS.get(format);
  if (!form) return renderTable(answer, style);
  const body = await form.renderQuery(answer, style);
  return format === 'json' ? `${body.toString()}\n` : body;
}
