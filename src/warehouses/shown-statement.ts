import { TIMESTAMP } from '../core/derived/formula.ts';
import { checkAnalysis, type Analysis } from '../core/question/analysis.ts';
import type { AnalysisDialect } from './analysis-dialect.ts';
import { analysisSteps } from './analysis-statement.ts';

/** A question whose statement is wanted as a text for people, who run it elsewhere. */
export interface ShownQuestion {
  readonly asked: Analysis;
  /** The names of the cells that are answered. */
  readonly names: readonly string[];
}

/** The dialect of a statement that is shown. It binds nothing: texts are literals. */
export interface ShownDialect extends AnalysisDialect {
  /** The value of each column that has only one; the statement doesn't group by them. */
  readonly constants?: ReadonlyMap<string, string>;
}

/**
 * The statement of a question with the columns named as in its answer. A question that computes nothing has a shorter one.
 * @returns undefined if it has no row
 * @throws TypeError if a name is no column, or a number no number
 */
export function shownStatement(
  { asked, names }: ShownQuestion,
  by: readonly string[],
  dialect: ShownDialect,
): string | undefined {
  checkAnalysis(asked);
  const { identifier, text, page, constants } = dialect;
  const { now, top, order, offset, limit } = asked;
  const isPlain = isPlainAnalysis(asked);
  const plain = isPlain ? dialect.part(now) : undefined;
  const found = isPlain ? undefined : analysisSteps(asked, dialect);
  if (plain === undefined && !found) return undefined;
  // Hive takes no WITH inside a subquery.
  const steps = found ? [...found.steps, `answer AS (\n${indented(found.rows)}\n)`] : [];
  const columns = [
    ...by.map((name) => {
      const constant = constants?.get(name);
      return constant === undefined ? identifier(name) : `${text(constant)} AS ${identifier(name)}`;
    }),
    ...(now.period ? [`${identifier('_stamp')} AS ${identifier(TIMESTAMP)}`] : []),
    ...names.map((name, i) => `${identifier(`${isPlain ? '_m' : '_c'}${i}`)} AS ${identifier(name)}`),
    ...(top?.others ? [`${identifier('_others')} AS ${identifier('others')}`] : []),
  ];
  const sorting = order.map(({ by: key, descending }) => {
    const name = identifier(typeof key === 'number' ? (names[key] as string) : key);
    return `${name} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`;
  });
  if (top?.others) sorting.splice(top.within.length, 0, identifier('others'));
  return [
    ...(found ? [`WITH ${steps.join(',\n')}`] : []),
    `SELECT ${columns.join(', ')}`,
    plain === undefined ? 'FROM answer' : `FROM (\n${indented(plain)}\n) AS answer`,
    ...(sorting.length > 0 ? [`ORDER BY ${sorting.join(', ')}`] : []),
    ...(isPlain ? [page(offset, limit)] : []),
  ].join('\n');
}

/** Whether the cells of an analysis are the measures of its rows as they are. */
function isPlainAnalysis({ before, cells, having, top }: Analysis): boolean {
  return (
    !before &&
    having.length === 0 &&
    !top &&
    cells.every((cell, i) => cell.is === 'now' && cell.measure === i)
  );
}

function indented(sql: string): string {
  return sql
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line}`)
    .join('\n');
}
