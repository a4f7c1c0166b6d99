import {
  checkAnalysis,
  partsOfAnalysis,
  type Analysed,
  type Analysis,
} from '../../core/question/analysis.ts';
import { ordinalAt, parseTimestamp, type Grain } from '../../core/time/time.ts';
import type { AnalysisDialect } from '../analysis-dialect.ts';
import { analysisStatement } from '../analysis-statement.ts';
import { dayOf, groupsSelect } from './aggregate.ts';
import { constantsIn, withoutConstants } from './constant-columns.ts';
import { identifier, textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/**
 * Yields the rows of an analysis, computed, chosen and sorted by Hive.
 * @param lives the live partitions of each of `partsOfAnalysis`
 * @throws EngineError if Hive fails
 */
export async function* analyseRows(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  asked: Analysis,
  lives: readonly (readonly LivePartition[])[],
  signal: AbortSignal,
): AsyncGenerator<Analysed> {
  signal.throwIfAborted();
  checkAnalysis(asked);
  const constants = constantsIn(asked);
  const varying = withoutConstants(asked, constants);
  const parts = partsOfAnalysis(varying);
  const sql = analysisStatement(varying, {
    ...DIALECT,
    part: (rows) => groupsSelect(database, rows, lives[parts.indexOf(rows)] ?? []),
  });
  if (sql === undefined) return;
  const { by, period } = asked.now;
  let skip = asked.offset;
  for await (const page of sessions.query(sql, signal)) {
    const from = Math.min(skip, page.length);
    skip -= from;
    if (from === page.length) continue;
    let column = 0;
    const values = new Map(varying.now.by.map((name) => [name, page.text(column++).slice(from)]));
    const ordinals =
      period &&
      page
        .text(column++)
        .slice(from)
        .map((stamp) => (stamp === null ? null : ordinalAt(period, parseTimestamp(stamp) as number)));
    const cells = Array.from({ length: asked.shown }, () => page.number(column++).slice(from));
    const others = asked.top?.others
      ? page
          .number(column++)
          .slice(from)
          .map((flag) => flag === 1)
      : undefined;
    const length = page.length - from;
    const constant = (name: string): (string | null)[] => {
      const isOfGroup = asked.top?.within.includes(name) === true;
      const value = constants.get(name) ?? null;
      return Array.from({ length }, (_, row) => (others?.[row] && !isOfGroup ? null : value));
    };
    yield {
      length,
      values: by.map((name) => values.get(name) ?? constant(name)),
      ordinals,
      cells,
      others,
    };
  }
}

const dayNumber = (stamp: string): string => `datediff(${dayOf(stamp)}, '1970-01-01')`;
const digits = (stamp: string, from: number, length: number): string =>
  `CAST(substr(${stamp}, ${from}, ${length}) AS INT)`;

const ORDINAL: Readonly<Record<Grain, (stamp: string) => string>> = {
  hourly: (stamp) => `(${dayNumber(stamp)} * 24 + ${digits(stamp, 9, 2)})`,
  daily: dayNumber,
  // The first Monday since 1970 is its fifth day.
  weekly: (stamp) => `((${dayNumber(stamp)} - 4) DIV 7)`,
  monthly: (stamp) => `(${digits(stamp, 1, 4)} * 12 + ${digits(stamp, 5, 2)})`,
  yearly: (stamp) => digits(stamp, 1, 4),
};

const number = (value: number): string => `CAST(${value.toExponential()} AS DOUBLE)`;

const DAYS: Readonly<Record<Grain, (stamp: string) => string>> = {
  hourly: () => number(1 / 24),
  daily: () => number(1),
  weekly: () => number(7),
  monthly: (stamp) => `CAST(day(last_day(${dayOf(stamp)})) AS DOUBLE)`,
  yearly: (stamp) => `CAST(datediff(add_months(${dayOf(stamp)}, 12), ${dayOf(stamp)}) AS DOUBLE)`,
};

const DIALECT: Omit<AnalysisDialect, 'part'> = {
  identifier,
  text: textLiteral,
  number,
  textType: 'STRING',
  ordinal: (grain, stamp) => ORDINAL[grain](stamp),
  days: (grain, stamp) => DAYS[grain](stamp),
  // The rows before the offset are fetched, too, as of aggregations.
  page: (offset, limit) => `LIMIT ${offset + limit}`,
};
