import type { DatasetText } from '../texts.ts';
import type { Path } from '../yaml-file.ts';
import { DateForm } from './date-form.ts';
import { type NumberForm, quotedSign } from './number-form.ts';
import { SEPARATORS, type TextForm } from './text-form.ts';

type Wrong = (path: Path, message: string) => void;

/** What an owner declared about the column of dates. An empty name is reported elsewhere. */
export function dateOf(
  { date }: DatasetText,
  wrong: Wrong,
): { column: string; path: Path; format: string | undefined } {
  if (typeof date !== 'object') return { column: date ?? '', path: ['date'], format: undefined };
  const { column, format } = date;
  const form = format === undefined ? undefined : DateForm.of(format);
  if (typeof form === 'string') wrong(['date', 'format'], `${format} ${form}.`);
  return { column, path: ['date', 'column'], format };
}

/** How numbers are written; undefined if nothing is declared. */
export function numbersOf({ decimal, thousands }: DatasetText, wrong: Wrong): NumberForm | undefined {
  if (decimal === undefined && thousands === undefined) return undefined;
  if (decimal === thousands)
    wrong(
      ['thousands'],
      `${quotedSign(decimal as string)} can't stand both between thousands and before decimals.`,
    );
  // Who groups by points has a comma before decimals.
  const sign = decimal ?? (thousands === '.' ? ',' : '.');
  return { decimal: sign, ...(thousands === undefined ? {} : { thousands }) };
}

/** How the text of a file is written, as far as it is declared. */
export function textFormOf({ separator, encoding, header, comment }: Partial<DatasetText>): TextForm {
  return {
    ...(separator === undefined ? {} : { separator: SEPARATORS[separator] ?? separator }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(header === undefined ? {} : { header }),
    ...(comment === undefined ? {} : { comment }),
  };
}
