/** A request that a line of a log tells of, as fields of the stream `webrequest`. */
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

/** Why a line can't be read, and whose it is and its number where that could be read nevertheless. */
export interface UnreadableLine {
  readonly reason: string;
  readonly hostname?: string;
  readonly sequence?: number;
}

export type LineRead = { readonly request: LoggedRequest } | UnreadableLine;

/** How the lines of a log are written. A new one is a file of this folder, and an entry in `formats.ts`. */
export interface LogFormat {
  /** By which it is asked for: `combined`. */
  readonly name: string;
  /** What writes it, for people. */
  readonly title: string;
  /** Whether its lines say which site was asked for; where they don't, it has to be told. */
  readonly namesSite: boolean;
  /**
   * Reads a line, without its end, in time that grows with its length only. It never throws.
   * @param site what is asked for where the line doesn't say
   */
  read(line: string, site: string | undefined): LineRead;
}

/** A text of a line: `-` where it is missing, as at Wikimedia. */
export function textOr(value: string | undefined): string {
  return value === undefined || value === '' ? '-' : value;
}

/** A whole number that a text or a number is, if it can be told exactly. */
export function wholeOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,16}$/.test(value));
  const number = isNumber ? Number(value) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** What a mistake shows of a text of a line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export const NO_SITE: UnreadableLine = { reason: 'it names no site: --site HOST says which' };
