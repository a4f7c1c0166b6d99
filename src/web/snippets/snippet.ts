import type { Metric } from '../../core/metric/metric.ts';
import type { PathQuestion } from '../../core/question/question.ts';
import type { Html } from '../html.ts';

/** A question that is asked by texts to copy. */
export interface SnippetQuestion {
  readonly title: string;
  /** The URL of its answer as JSON, without quotes in it. */
  readonly url: string;
  /** The URL of its rows as CSV. */
  readonly csv: string;
  /** The member of the JSON answer with its rows. */
  readonly rows: 'items' | 'rows';
  /** The column of the rows' periods; undefined if they have none. */
  readonly time: string | undefined;
  /** The column of the number that is shown. */
  readonly measure: string;
  /** The columns of the rows that have no numbers, besides `time`. */
  readonly by: readonly string[];
  /** Whether it has periods under way, whose numbers change all the time. */
  readonly isLive: boolean;
  /** The SQL that answers it over the lake's tables, if one statement does. */
  readonly sql?: string | undefined;
  /** Given for a question of a metric's path. */
  readonly path?: PathSnippets | undefined;
}

/** What only a question of a metric's path has. */
export interface PathSnippets {
  readonly metric: Metric;
  readonly question: PathQuestion;
  /** The address of its picture in a frame. */
  readonly frame: string;
  /** The address of its counter in a frame; undefined if nothing is counted. */
  readonly counter: string | undefined;
}

/** A kind of text to copy. */
export interface SnippetKind {
  readonly id: string;
  readonly title: string;
  /** How to use or change the text. */
  readonly hint?: (question: SnippetQuestion) => Html | undefined;
  /** Undefined if this kind can't ask the question. */
  readonly text: (question: SnippetQuestion) => string | undefined;
}
