/** The request of a log line, as fields of the stream `webrequest`. */
export interface LoggedRequest {
  /** ISO 8601, in UTC. */
  readonly dt: string;
  readonly uri_host: string;
  readonly uri_path: string;
  readonly uri_query: string;
  readonly hostname?: string;
  readonly server_pid?: string;
  readonly sequence?: number;
  readonly [field: string]: string | number | undefined;
}

/** The reason why a line can't be read, with its host and number if these could be read. */
export interface UnreadableLine {
  readonly reason: string;
  readonly hostname?: string;
  readonly sequence?: number;
}

export type LineRead = { readonly request: LoggedRequest } | UnreadableLine;

/** A format of log lines. A new one is a file of this folder and an entry in `formats.ts`. */
export interface LogFormat {
  /** The value of `--format`: `combined`. */
  readonly name: string;
  /** What writes this format, for people. */
  readonly title: string;
  /** Whether lines name the site. If not, `--site` names it. */
  readonly namesSite: boolean;
  /**
   * Reads a line, without its line end, in linear time. It never throws.
   * @param site the site if the line names none
   */
  read(line: string, site: string | undefined): LineRead;
}

/** Returns a text of a line; `-` if it is missing, as at Wikimedia. */
export function textOr(value: string | undefined): string {
  return value === undefined || value === '' ? '-' : value;
}

/** Returns the whole number of a text or a number; undefined if it isn't one, or isn't exact. */
export function wholeOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,16}$/.test(value));
  const number = isNumber ? Number(value) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Returns a text of a line as a message shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export const NO_SITE: UnreadableLine = { reason: 'it names no site: name it with --site HOST' };
