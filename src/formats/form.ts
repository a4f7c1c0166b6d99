import type { Answer } from '../core/question/answer.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import type { RowStyle } from './row-style.ts';

/** How the answer to a question about one metric's path becomes bytes. */
export interface Form {
  /** The media type of its answers. */
  readonly type: string;
  /** What a path under /metrics ends in to ask for it. */
  readonly suffix: string;
  /** The Content-Security-Policy of its answers, where it isn't that of data. It also says who may frame them. */
  readonly policy?: string;
  /** It takes a style of time and of names; pictures have neither, nor have files of Limn. */
  readonly hasRows?: true;
  /** Spreadsheets open it: its texts may have to be guarded. */
  readonly hasCells?: true;
  readonly render: (answer: Answer, plan: PathPlan, style?: RowStyle) => Buffer;
  /** @throws Problem where the answer to a plan can't have the form; before anything is read */
  readonly check?: (plan: PathPlan) => void;
}

/** How the answer to a question of /query becomes bytes. */
export interface QueryForm extends Pick<Form, 'type' | 'suffix' | 'hasCells'> {
  readonly renderQuery: (answer: QueryAnswer, style?: RowStyle) => Buffer;
}

/** What `shape` can ask for besides items: one array a measure; a row a date and a column a series. */
export const SHAPES = ['columns', 'wide'] as const;
export type Shape = (typeof SHAPES)[number];

/** An output format: a form that can be asked for by its name wherever answers are given. */
export interface Format extends Form, Partial<Pick<QueryForm, 'renderQuery'>> {
  /** What people call it. */
  readonly label: string;
  /** What it is good for, as the end of a sentence. */
  readonly doc: string;
  /** Other forms of the same media type, by the value of `shape`. */
  readonly shapes?: { readonly [Name in Shape]?: Form };
  /** Links to it save a file: a browser has no good way to show it. */
  readonly isSaved?: true;
}
