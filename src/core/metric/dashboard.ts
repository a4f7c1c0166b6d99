/** A picture that somebody composed: some questions, drawn together. */
export interface Graph {
  /** As in URLs: small letters, digits, hyphens and underscores. */
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly doc?: string;
  /** What is drawn; one of them may have several series. */
  readonly data: readonly GraphData[];
  readonly scale?: 'linear' | 'log';
}

export interface GraphData {
  /** The question: a path under `/metrics`, as anybody would ask it: `/pageviews/aggregate/…/latest`. */
  readonly path: string;
  /** The measure to draw, where it isn't the metric's first. */
  readonly measure?: string;
  /** What to call its line, where it has one. */
  readonly label?: string;
}

/** A page of graphs, by tabs. Limn's dashboards and our own are made of it. */
export interface Dashboard {
  readonly id: string;
  readonly headline: string;
  readonly subhead?: string;
  readonly tabs: readonly { readonly name: string; readonly graphs: readonly string[] }[];
}
