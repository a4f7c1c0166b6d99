import type { Answer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import type { RowStyle } from './row-style.ts';
import type { WriteSheet } from './sheet.ts';

/** Renders the answer to a path under /metrics. */
export interface Form {
  /** The media type of its answers. */
  readonly type: string;
  /** The ending of a path that asks for it: `.csv`. */
  readonly suffix: string;
  /**
   * The Content-Security-Policy, which also says who may frame the answer. The default is the policy of data.
   */
  readonly policy?: string;
  /** Whether the options `time` and `names` apply to it. */
  readonly hasRows?: true;
  /** Whether spreadsheets open it, so that texts like formulas may have to be guarded. */
  readonly hasCells?: true;
  /** @param signal aborted when nobody waits for it any more; forms that take long heed it */
  readonly render: (
    answer: Answer,
    plan: PathPlan,
    style?: RowStyle,
    signal?: AbortSignal,
  ) => Buffer | Promise<Buffer>;
  /** Called before anything is read. @throws Problem if the answer to a plan can't have the form */
  readonly check?: (plan: PathPlan) => void;
}

/** Renders the answer to a /query question. */
export interface QueryForm extends Pick<Form, 'type' | 'suffix' | 'hasCells'> {
  readonly renderQuery: (answer: QueryAnswer, style?: RowStyle) => Buffer | Promise<Buffer>;
}

/** The values of `shape`. `columns`: one array for each measure. `wide`: a row for each date, a column for each series. */
export const SHAPES = ['columns', 'wide'] as const;
export type Shape = (typeof SHAPES)[number];

/** An output format: a form with a name, which can be asked for wherever answers are given. */
export interface Format extends Form, Partial<Pick<QueryForm, 'renderQuery'>> {
  /** Its name for people. */
  readonly label: string;
  /** What it is good for, as the end of a sentence. */
  readonly doc: string;
  /** Other forms of the same media type, by the value of `shape`. */
  readonly shapes?: { readonly [Name in Shape]?: Form };
  /** Writes the rows of a whole table, however many; undefined for forms that only answers have. */
  readonly write?: WriteSheet;
  /** The maximum number of rows of such a file; undefined if there is none. */
  readonly maxRows?: number;
  /** Whether links to it save a file, because browsers can't show it well. */
  readonly isSaved?: true;
}
