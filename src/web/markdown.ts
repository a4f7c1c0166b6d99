import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { Html } from './html.ts';

/** Returns the address of a link on our pages; undefined if the link leads nowhere there. */
export type Follow = (target: string) => string | undefined;

/** Keeps only links to other sites. */
const abroad: Follow = (target) => (/^https?:\/\//.test(target) ? target : undefined);

/** CommonMark with tables. HTML and pictures stay text, because our pages request nothing from other sites. */
const parser = new MarkdownIt({ html: false }).disable(['image', 'strikethrough']);

/** Renders Markdown of our guides or of data owners as a part of a page. */
export function markdown(text: string, follow: Follow = abroad): Html {
  return new Html(parser.render(text, { follow }));
}

/** Renders one line of Markdown: code, strong text and links. */
export function inline(text: string, follow: Follow = abroad): Html {
  return new Html(parser.renderInline(text, { follow }));
}

/** Returns the id of a heading for links. */
export function idOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

parser.core.ruler.push('pages', (state) => {
  const follow = state.env['follow'] as Follow;
  state.tokens.forEach((token, i) => {
    if (token.type === 'heading_open') token.attrSet('id', idOf(state.tokens[i + 1]?.content ?? ''));
    if (token.type.startsWith('heading')) token.tag = levels[token.tag] ?? 'h3';
    if (token.type === 'th_open') token.attrSet('scope', 'col');
    // The style sheet aligns cells; the policy of our pages forbids style attributes.
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    if (token.children) token.children = followed(token.children, follow);
  });
  state.tokens = withoutEmptyHeads(state.tokens);
});

const levels: Readonly<Record<string, string>> = { h1: 'h1', h2: 'h2' };

/** Replaces the links of a line by their addresses on our pages. A link without one becomes text. */
function followed(tokens: readonly Token[], follow: Follow): Token[] {
  let isLink = false;
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      const href = follow(String(token.attrGet('href')));
      isLink = href !== undefined;
      token.attrs = href === undefined ? null : [['href', href]];
      return isLink;
    }
    return token.type !== 'link_close' || isLink;
  });
}

/** Removes the empty heads of tables. */
function withoutEmptyHeads(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let head: Token[] | undefined;
  for (const token of tokens) {
    if (token.type === 'thead_open') head = [];
    (head ?? kept).push(token);
    if (token.type !== 'thead_close' || !head) continue;
    if (head.some(({ content }) => content !== '')) kept.push(...head);
    head = undefined;
  }
  return kept;
}

parser.renderer.rules.table_open = () =>
  '<div class="scroll" tabindex="0" role="group" aria-label="Table">\n<table>\n';
parser.renderer.rules.table_close = () => '</table>\n</div>\n';
parser.renderer.rules.fence = (tokens, i) =>
  `<pre tabindex="0"><code>${parser.utils.escapeHtml(String(tokens[i]?.content).replace(/\n$/, ''))}</code></pre>\n`;
