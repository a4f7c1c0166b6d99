import {
  checkAnalysis,
  partsOfAnalysis,
  type Analysed,
  type Analysis,
  type Grouping,
} from '../../core/question/analysis.ts';
import { ordinalAt, parseTimestamp } from '../../core/time/time.ts';
import type { AnalysisDialect } from '../analysis-dialect.ts';
import { analysisStatement } from '../analysis-statement.ts';
import { shownStatement, type ShownQuestion } from '../shown-statement.ts';
import { datesIn } from '../dialect-dates.ts';
import { dayOf, groupsSelect } from './aggregate.ts';
import { constantsIn, withoutConstants } from './constant-columns.ts';
import { identifier, textLiteral } from './literals.ts';
import { pagesFrom } from './page.ts';
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
  for await (const { page, from } of pagesFrom(asked.offset, sessions.query(sql, signal))) {
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

/**
 * The statement of a question for people, over the partitions that are live now; undefined if it has no row.
 * @param livesOf gives the live partitions that rows lie in
 */
export function shownHql(
  database: string,
  { asked, names }: ShownQuestion,
  livesOf: (rows: Grouping) => readonly LivePartition[],
): string | undefined {
  const constants = constantsIn(asked);
  return shownStatement({ asked: withoutConstants(asked, constants), names }, asked.now.by, {
    ...DIALECT,
    constants,
    part: (rows) => groupsSelect(database, rows, livesOf(rows)),
  });
}

const DIALECT: Omit<AnalysisDialect, 'part'> = {
  identifier,
  text: textLiteral,
  textType: 'STRING',
  ...datesIn({
    dayOf,
    daysTo: (day) => `datediff(${day}, '1970-01-01')`,
    daysOfYear: (day) => `datediff(add_months(${day}, 12), ${day})`,
    integer: 'INT',
    divide: 'DIV',
  }),
  // The rows before the offset are fetched, too, as of aggregations.
  page: (offset, limit) => `LIMIT ${offset + limit}`,
};
