import { html } from '../html.ts';
import type { SnippetKind } from './snippet.ts';

/** The statement that the warehouse answers such a question with. */
export const sql: SnippetKind = {
  id: 'sql',
  title: 'SQL',
  hint: () =>
    html`Over the tables of the lake: in DuckDB after <code>kraken views | duckdb -init /dev/stdin</code>, in
      Hive as they are. <a href="/docs/guides/analysts">The tables</a>.`,
  text: ({ sql: text }) => text,
};
