import { escapeMarkup } from '../formats/chart/xml.ts';

/** Text that is HTML already: made by `html`, or by code of ours that escapes. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold: text is escaped, HTML isn't; lists are joined; nothing is nothing. */
export type Part = Html | string | number | false | undefined | null | readonly Part[];

/** A piece of HTML. Whatever is put into it is escaped, in elements and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] as string;
  parts.forEach((part, i) => (text += textOf(part) + (strings[i + 1] as string)));
  return new Html(text);
}

function textOf(part: Part): string {
  if (part === false || part === undefined || part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeMarkup(String(part));
}
