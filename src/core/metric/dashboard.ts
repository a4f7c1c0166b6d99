/** A graph that a data owner composed: several questions, drawn together. */
export interface Graph {
  /** Its name in URLs: small letters, digits, hyphens and underscores. */
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly doc?: string;
  /** What is drawn; each may have several series. */
  readonly data: readonly GraphData[];
  readonly scale?: 'linear' | 'log';
}

export interface GraphData {
  /** The question as a path under `/metrics`: `/pageviews/aggregate/…/latest`. */
  readonly path: string;
  /** The measure to draw. The default is the metric's first measure. */
  readonly measure?: string;
  /** The name of its line. By default it is made from the question. */
  readonly label?: string;
}

/** A page of graphs in tabs, for Limn and for Kraken's own pages. */
export interface Dashboard {
  readonly id: string;
  readonly headline: string;
  readonly subhead?: string;
  readonly tabs: readonly { readonly name: string; readonly graphs: readonly string[] }[];
}
