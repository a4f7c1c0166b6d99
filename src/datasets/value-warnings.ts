import { shortened } from '../core/value/value-list.ts';
import { excerptOf } from '../load/bad-row.ts';
import { isTotal, lookAlikes, type ValueSeen } from './forms/alike-values.ts';
import type { Mistake } from './mistake.ts';
import type { ValuesRead } from './read-records.ts';
import { yamlText } from './row-evidence.ts';

/** The maximum number of warnings of one kind about one dimension. */
const MAX_WARNINGS = 5;

/** Returns warnings about values that likely mean something else: look-alikes, totals among the parts, texts of a spreadsheet. */
export function warningsOf({ unit, dimensions, totals, texts }: ValuesRead, file: string): Mistake[] {
  const warn = (first: number, message: string): Mistake =>
    unit === 'line' ? { file, line: first, message } : { file, message };
  const held = texts.map(({ column, count, first, example, of }) => {
    const cells = count === 1 ? `1 of the ${of}` : `${count} of the ${of}`;
    const harm = of === 'numbers' ? 'sums there leave them out' : 'they sort as texts there';
    return warn(
      first,
      `the spreadsheet holds ${cells} of the column ${column} as text, first ${excerptOf(example)} in row ${first}. They are read as ${of}, but ${harm}.`,
    );
  });
  const likely = [...dimensions].flatMap(([name, values]) => [
    ...lookAlikes(values)
      .slice(0, MAX_WARNINGS)
      .map((alike) => {
        const all = alike.map((seen) => seenInWords(seen, unit)).join(' and ');
        return warn(
          Math.max(...alike.map(({ first }) => first)),
          `the values ${all} of ${name} look alike, but are different series. If they mean the same, write them alike.`,
        );
      }),
    ...values
      .filter(({ value }) => isTotal(value) && totals.get(name) !== value && values.length > 1)
      .slice(0, MAX_WARNINGS)
      .map(({ value, first }) =>
        warn(
          first,
          `${JSON.stringify(value)} is a value of ${name} like the others, so whoever adds them up counts twice. If it is their total, write total: ${yamlText(value)} beside name: ${name}, or leave its rows out with total: ${yamlText(value)} on a line of its own.`,
        ),
      ),
  ]);
  return [...held, ...likely];
}

function seenInWords({ value, rows, first }: ValueSeen, unit: string): string {
  return `${JSON.stringify(shortened(value))} (${unit} ${first}, ${rows} ${rows === 1 ? 'row' : 'rows'})`;
}
