import type { Decisions, RequestFacts } from '../define/decide.ts';

/** What the rules say of a line of a log, or why it can't be read. */
export type DefinedLine = { readonly at: number; readonly reason: string } | (ReadableLine & Decisions);

interface ReadableLine {
  /** Where the line begins, in bytes. */
  readonly at: number;
  readonly time: string;
  readonly request: RequestFacts;
}

interface LineForm {
  /** What stands before all lines. */
  readonly head: string;
  readonly write: (line: DefinedLine) => string;
}

/** The columns of the table, and their widths. */
const COLUMNS = {
  view: 7,
  rule: 19,
  request: 34,
  project: 20,
  article: 24,
  access: 10,
  agent: 22,
  referer: 24,
  browser: 26,
  country: 7,
  device: 10,
  rules: 9,
};

export const DEFINED_LINE_FORMATS = {
  table: { head: rowOf(Object.keys(COLUMNS)), write: tableRow },
  json: { head: '', write: (line: DefinedLine) => `${JSON.stringify(line)}\n` },
} satisfies Record<string, LineForm>;
export type DefinedLineFormat = keyof typeof DEFINED_LINE_FORMATS;

function tableRow(line: DefinedLine): string {
  if ('reason' in line) return rowOf(['-', 'unreadable', line.reason]);
  const { isView, rule, rules, request, page, access, agent, spiderRule, referer, userAgent } = line;
  const { country, device } = line;
  return rowOf([
    isView ? 'view' : 'no view',
    rule,
    `${request.method} ${request.status} ${request.path}${request.query ?? ''}`,
    page.isPage ? page.project : '-',
    page.isPage ? page.article : '-',
    access,
    spiderRule === undefined ? agent : `${agent} (${spiderRule})`,
    [referer.class, referer.name ?? referer.host ?? ''].join(' ').trim(),
    `${userAgent.browserFamily} ${userAgent.browserMajor}, ${userAgent.osFamily}`,
    country,
    device,
    rules,
  ]);
}

/** A longer text pushes the others to the right: nothing is cut. Control characters of a log would move the cursor. */
function rowOf(cells: readonly string[]): string {
  const widths = Object.values(COLUMNS);
  const shown = cells.map((cell, i) => cell.replaceAll(/\p{Cc}/gu, '\ufffd').padEnd(widths[i] ?? 0));
  return `${shown.join('  ').trimEnd()}\n`;
}
