import type { Html } from '../html.ts';
import { curl } from './curl.ts';
import { counter, embed } from './embed.ts';
import { grafana } from './grafana.ts';
import { graphql } from './graphql.ts';
import { javascript } from './javascript.ts';
import { python } from './python.ts';
import { r } from './r.ts';
import type { SnippetQuestion } from './snippet.ts';
import { sql } from './sql.ts';

/** All kinds of texts to copy, in order. A new kind is a file and its name here. */
const KINDS = [curl, python, r, javascript, embed, counter, sql, grafana, graphql];

/** A text that asks a question elsewhere. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly hint?: Html;
}

/** The texts that ask a question elsewhere. */
export function snippetsOf(question: SnippetQuestion): Snippet[] {
  return KINDS.flatMap(({ id, title, hint, text }) => {
    const written = text(question);
    const said = hint?.(question);
    return written === undefined ? [] : [{ id, title, text: written, ...(said ? { hint: said } : {}) }];
  });
}
