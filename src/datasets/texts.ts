import type { Grain } from '../core/time/time.ts';
import type { Encoding } from './forms/text-form.ts';
import type { Thousands } from './forms/number-form.ts';
import type { TYPES } from './remote/declared-url.ts';
import type { AS } from './schema.ts';

/** A data set as its owner writes it. */
export interface DatasetText extends SourceText {
  readonly dataset: string;
  readonly title: string;
  readonly description?: string;
  readonly owner?: string;
  readonly licence?: string;
  readonly source?: string;
  readonly caveats?: readonly string[];
  readonly examples?: readonly string[];
  readonly annotations?: readonly AnnotationText[];
}

/** A dated note on the numbers. */
export interface AnnotationText {
  readonly date: string;
  readonly until?: string;
  readonly text: string;
  readonly where?: WhereText;
}

/** What an operator writes about a metric of Kraken. */
export interface MetricText {
  readonly metric: string;
  readonly annotations: readonly AnnotationText[];
}

/** The source of its numbers: one of `question`, `file`, `table`, `stream`. */
interface SourceText extends FormText {
  readonly question?: { readonly metric: string; readonly where?: WhereText };
  readonly file?: string;
  readonly table?: string;
  readonly stream?: string;
  readonly url?: string;
  readonly every?: string;
  readonly type?: (typeof TYPES)[number];
  readonly where?: Readonly<Record<string, ValueText | readonly ValueText[]>>;
  readonly grain?: Grain;
  readonly date?: string | { readonly column: string; readonly format?: string };
  readonly dimensions?: readonly (string | DimensionText)[];
  readonly measures?: Readonly<Record<string, MeasureText | null>>;
  readonly wide?: WideText;
  readonly missing?: readonly string[];
  readonly complete?: boolean;
}

/** How the text of a file is written. */
export interface FormText {
  readonly separator?: string;
  readonly encoding?: Encoding;
  readonly header?: number | readonly string[];
  readonly comment?: string;
  readonly decimal?: '.' | ',';
  readonly thousands?: Thousands;
  readonly sheet?: string;
  readonly trim?: boolean;
  readonly total?: string | readonly string[];
}

/** A value of a field of a stream. */
export type ValueText = string | number | boolean;

export type WhereText = Readonly<Record<string, string | readonly string[]>>;

export interface DimensionText {
  readonly name: string;
  readonly column?: string;
  readonly field?: string;
  readonly as?: (typeof AS)[number];
  readonly borders?: readonly number[];
  readonly description?: string;
  readonly values?: readonly string[];
  readonly total?: string;
  readonly names?: 'country';
}

export interface MeasureText {
  readonly column?: string;
  readonly sum?: string;
  readonly unique?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly kind?: 'count' | 'difference' | 'decimal';
  readonly additive?: boolean;
}

/** Columns that stand for the values of one dimension. */
export interface WideText {
  readonly dimension: string;
  readonly description?: string;
  readonly columns?: Readonly<Record<string, string | null>>;
  readonly total?: string;
}

export interface GraphText {
  readonly graph: string;
  readonly title: string;
  readonly description?: string;
  readonly data: readonly (string | GraphDataText)[];
  readonly scale?: 'linear' | 'log';
}

export interface GraphDataText {
  readonly path: string;
  readonly measure?: string;
  readonly label?: string;
}

export interface DashboardText {
  readonly dashboard: string;
  readonly headline: string;
  readonly subhead?: string;
  readonly tabs: readonly { readonly name: string; readonly graphs: readonly (string | InlineGraphText)[] }[];
}

/** A graph that is written where it is shown. Without an id it gets one. */
export type InlineGraphText = Omit<GraphText, 'graph'> & { readonly graph?: string };
