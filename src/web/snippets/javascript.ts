import type { SnippetKind } from './snippet.ts';

/** In a browser, Node, Deno or Bun. */
export const javascript: SnippetKind = {
  id: 'javascript',
  title: 'JavaScript',
  text: ({ url, rows }) =>
    [
      `const response = await fetch("${url}");`,
      'if (!response.ok) throw new Error((await response.json()).detail);',
      `const { ${rows} } = await response.json();`,
      `console.log(${rows});`,
    ].join('\n'),
};
