import { escapeMarkup } from '../formats/chart/xml.ts';

/** Text that is already HTML, made by `html` or by other code that escapes. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** The values that a template may contain. Text is escaped, HTML isn't. Lists are joined. False, null and undefined are left out. */
export type Part = Html | string | number | false | undefined | null | readonly Part[];

/** A template tag for HTML. It escapes all text, for elements and for quoted attributes. */
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
