import type { Answer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { answerSheet, querySheet, wideAnswerSheet, type FilledSheet } from './answer-sheet.ts';
import type { Form, Format } from './form.ts';
import type { RowStyle } from './row-style.ts';
import type { WriteSheet } from './sheet.ts';
import { checkWide } from './wide.ts';

/** Makes a format of what writes sheets: of answers to paths and to /query, long and wide. */
export function sheetForm(
  about: Pick<Format, 'type' | 'suffix' | 'label' | 'doc' | 'maxRows'>,
  write: WriteSheet,
) {
  const whole = async ({ sheet, rows }: FilledSheet): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of write(sheet, [rows])) parts.push(part);
    return Buffer.concat(parts);
  };
  const wide: Form = {
    type: about.type,
    suffix: about.suffix,
    hasRows: true,
    render: (answer, plan, style = {}) => whole(wideAnswerSheet(answer, plan, style)),
    check: checkWide,
  };
  return {
    ...about,
    hasRows: true,
    isSaved: true,
    write,
    render: (answer: Answer, plan: PathPlan, style: RowStyle = {}) => whole(answerSheet(answer, plan, style)),
    renderQuery: (answer: QueryAnswer, style: RowStyle = {}) => whole(querySheet(answer, style)),
    shapes: { wide },
  } as const satisfies Format;
}
