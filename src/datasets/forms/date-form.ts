/** The parts of a date, as numbers. A date without a day is a month. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number | undefined;
  readonly hour: number | undefined;
  /** Whether there are minutes or seconds besides 0. */
  readonly isBetweenHours: boolean;
}

type Part = 'year' | 'shortYear' | 'month' | 'name' | 'day' | 'hour' | 'rest';

/** The parts of a form, longest first, each with what it matches in a text. */
const PARTS: readonly (readonly [written: string, part: Part, matches: string])[] = [
  ['yyyy', 'year', '(\\d{4})'],
  ['yy', 'shortYear', '(\\d{2})'],
  ['mmm', 'name', '(\\p{L}+)\\.?'],
  ['mm', 'month', '(\\d{1,2})'],
  ['dd', 'day', '(\\d{1,2})'],
  ['hh', 'hour', '(\\d{1,2})'],
  ['ss', 'rest', '(\\d{2}(?:\\.\\d+)?)'],
];

/** Two-digit years below this one are in this century, as POSIX has it. */
const CENTURY_BORDER = 69;

/** A way to write dates: dd/mm/yyyy, dd.mm.yyyy hh:mm, mmm yyyy. */
export class DateForm {
  readonly written: string;
  readonly #matches: RegExp;
  readonly #parts: readonly Part[];

  private constructor(written: string, matches: RegExp, parts: readonly Part[]) {
    this.written = written;
    this.#matches = matches;
    this.#parts = parts;
  }

  /** Returns the form, or a message about why it is none. */
  static of(written: string): DateForm | string {
    const parts: Part[] = [];
    let matches = '';
    let left = written.trim().toLowerCase();
    while (left !== '') {
      const found = PARTS.find(([text]) => left.startsWith(text));
      if (!found && /^\p{L}/u.test(left) && !/^[tz]/.test(left))
        return `has ${left[0]}, which stands for nothing: ${ALLOWED}`;
      const [text, part, source] = found ?? [left[0] as string, undefined, escaped(left[0] as string)];
      // Minutes are written like months.
      const isMinutes = part === 'month' && parts.includes('hour');
      if (part) parts.push(isMinutes ? 'rest' : part);
      matches += isMinutes ? '(\\d{2})' : source;
      left = left.slice(text.length);
    }
    const has = (...some: Part[]): number => parts.filter((part) => some.includes(part)).length;
    if (has('year', 'shortYear') !== 1 || has('month', 'name') !== 1 || has('day') > 1 || has('hour') > 1)
      return `should have a year and a month, and each part once: ${ALLOWED}`;
    return new DateForm(written.trim(), new RegExp(`^${matches}$`, 'iu'), parts);
  }

  /** Returns the parts of a text; undefined if it is not written like this. */
  read(text: string): DateParts | undefined {
    const match = this.#matches.exec(text);
    if (!match) return undefined;
    let year = 0;
    let month: number | undefined;
    let day: number | undefined;
    let hour: number | undefined;
    let isBetweenHours = false;
    this.#parts.forEach((part, i) => {
      const value = match[i + 1] as string;
      if (part === 'year') year = Number(value);
      else if (part === 'shortYear') year = (Number(value) < CENTURY_BORDER ? 2000 : 1900) + Number(value);
      else if (part === 'name') month = monthNames().get(value.toLowerCase());
      else if (part === 'month') month = Number(value);
      else if (part === 'day') day = Number(value);
      else if (part === 'hour') hour = Number(value);
      else isBetweenHours ||= Number(value) !== 0;
    });
    return month === undefined ? undefined : { year, month, day, hour, isBetweenHours };
  }
}

const ALLOWED =
  'dd is the day, mm the month, mmm its name, yyyy or yy the year, hh:mm the hour, as in dd/mm/yyyy';

function escaped(character: string): string {
  return /\s/.test(character) ? '\\s+' : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

/** The languages whose names of months are known. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'];
let names: Map<string, number> | undefined;

/** The numbers of months by their names, long and short, without those that languages disagree about. */
function monthNames(): ReadonlyMap<string, number> {
  if (names) return names;
  const found = new Map<string, number>();
  const disputed = new Set<string>();
  for (const language of LANGUAGES)
    for (const style of ['short', 'long'] as const) {
      const format = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month++) {
        const name = format
          .format(Date.UTC(2024, month - 1, 1))
          .toLowerCase()
          .replace(/\.$/, '');
        if ((found.get(name) ?? month) !== month) disputed.add(name);
        found.set(name, month);
      }
    }
  // English texts also shorten September to four letters.
  found.set('sept', 9);
  for (const name of disputed) found.delete(name);
  return (names = found);
}
