import { html, type Html, type Part } from './html.ts';

/** Where a link of a text leads on our pages; undefined for one that leads nowhere here. */
export type Follow = (target: string) => string | undefined;

/** Links to other sites only. */
const abroad: Follow = (target) => (/^https?:\/\//.test(target) ? target : undefined);

/**
 * The Markdown that our guides and data owners use: headings, paragraphs, lists, tables, fences, and
 * in lines code, strong text and links. Whatever else it holds stays text, HTML included.
 */
export function markdown(text: string, follow: Follow = abroad): Html {
  const lines = text.replaceAll('\r', '').split('\n');
  const blocks: Part[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] as string;
    const take = (belongs: (line: string) => boolean): string[] => {
      const from = at;
      while (at < lines.length && belongs(lines[at] as string)) at++;
      return lines.slice(from, at);
    };
    const heading = /^(#{1,4}) +(.*)$/.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (line.startsWith('```')) {
      at++;
      const code = take((one) => !one.startsWith('```'));
      at++;
      blocks.push(html`<pre tabindex="0"><code>${code.join('\n')}</code></pre>`);
    } else if (heading) {
      at++;
      blocks.push(headingOf((heading[1] as string).length, heading[2] as string, follow));
    } else if (line.startsWith('|')) {
      blocks.push(
        tableOf(
          take((one) => one.startsWith('|')),
          follow,
        ),
      );
    } else if (ITEM.test(line)) {
      const items = take((one) => ITEM.test(one) || /^ +\S/.test(one))
        .join('\n')
        .split(/^[-*] +/m);
      blocks.push(
        html`<ul>
          ${items.slice(1).map((item) => html`<li>${inline(item, follow)}</li> `)}
        </ul>`,
      );
    } else {
      const words = take((one) => one.trim() !== '' && !/^(```|\||#{1,4} |[-*] )/.test(one));
      // What starts a block without being one is text.
      blocks.push(
        html`<p>${inline((words.length > 0 ? words : [lines[at++] as string]).join('\n'), follow)}</p>`,
      );
    }
  }
  return html`${blocks}`;
}

const ITEM = /^[-*] +/;

/** One line's worth of it: code, strong text and links. */
export function inline(text: string, follow: Follow = abroad): Html {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/);
  return html`${parts.map((part, i) => (i % 2 === 1 ? marked(part, follow) : part))}`;
}

function marked(text: string, follow: Follow): Html {
  if (text.startsWith('`')) return html`<code>${text.slice(1, -1)}</code>`;
  if (text.startsWith('**')) return html`<strong>${inline(text.slice(2, -2), follow)}</strong>`;
  const [, words, target] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(text) as unknown as [string, string, string];
  const href = follow(target);
  return href === undefined ? inline(words, follow) : html`<a href="${href}">${inline(words, follow)}</a>`;
}

function headingOf(level: number, text: string, follow: Follow): Html {
  const id = idOf(text);
  const words = inline(text, follow);
  if (level === 1) return html`<h1 id="${id}">${words}</h1>`;
  return level === 2 ? html`<h2 id="${id}">${words}</h2>` : html`<h3 id="${id}">${words}</h3>`;
}

/** The name by which a heading can be linked to. */
export function idOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function tableOf(lines: readonly string[], follow: Follow): Html {
  const rows = lines.map((line) =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
  const [head = [], , ...body] = rows;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table">
    <table>
      ${
        head.some((cell) => cell !== '') &&
        html`<thead>
          <tr>
            ${head.map((cell) => html`<th scope="col">${inline(cell, follow)}</th>`)}
          </tr>
        </thead>`
      }
      <tbody>
        ${body.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${inline(cell, follow)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
