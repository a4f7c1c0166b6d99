import { datasetOfTable } from '../../core/metric/dataset-table.ts';
import { shownStatement, type ShownQuestion } from '../shown-statement.ts';
import { groupsSelect } from './aggregate.ts';
import { DIALECT } from './analyse.ts';
import { identifier, literal, LITERALS } from './sql.ts';

/** The statement of a question over the views of `kraken views`; undefined if it has no row. @throws TypeError */
export function shownSql(question: ShownQuestion): string | undefined {
  return shownStatement(question, question.asked.now.by, {
    ...DIALECT,
    text: literal,
    part: (rows) => {
      if (rows.first > rows.last) return undefined;
      const { name } = rows.table;
      // The view of a data set has the data set's name.
      const view = identifier(datasetOfTable(name) ?? name);
      const relation = (): string =>
        `(SELECT * FROM ${view} WHERE ${identifier('grain')} = ${literal(rows.grain)}) AS ${view}`;
      return groupsSelect(rows, { relation, isClipped: true }, LITERALS);
    },
  });
}
