import type { Source } from '../refine/view-maker.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an event says, as texts. Absent ones are empty. */
export interface Sent {
  readonly host: string;
  /** The host, method, status and type by which the answer is judged. Here `-` is a text of its own. */
  readonly answerHost: string;
  readonly method: string;
  readonly status: string;
  readonly contentType: string;
  readonly path: string;
  readonly query: string;
  readonly referer: string;
  readonly userAgent: string;
  readonly language: string;
  readonly address: string;
  readonly xAnalytics: string;
  readonly isMobile: boolean;
  /** Undefined if only `xAnalytics` may say it. */
  readonly lastAccess: string | undefined;
  readonly noCookies: string | undefined;
}

/** Reads what an event of a stream says. Numbers and booleans become the texts that the raw table has of them. */
export const SENT: Readonly<Record<Source, (event: Fields) => Sent>> = {
  pageview: (event) => ({
    host: dashless(textOf(event['site'])),
    answerHost: textOf(event['site']),
    method: '',
    status: textOf(event['status']),
    contentType: textOf(event['content_type']),
    path: dashless(textOf(event['path'])),
    query: '',
    referer: dashless(textOf(event['referrer'])),
    userAgent: dashless(textOf(event['user_agent'])),
    language: dashless(textOf(event['language'])),
    address: dashless(textOf(event['address'])),
    xAnalytics: '',
    isMobile: event['is_mobile'] === true,
    lastAccess: optional(event['last_access']),
    noCookies: optional(event['no_cookies']),
  }),
  webrequest: (event) => ({
    host: dashless(textOf(event['uri_host'])),
    answerHost: textOf(event['uri_host']),
    // A log always has them, even if it doesn't say them. A page that reports its view has none.
    method: optional(event['http_method']) ?? '-',
    status: optional(event['http_status']) ?? '-',
    contentType: textOf(event['content_type']),
    path: dashless(textOf(event['uri_path'])),
    query: dashless(textOf(event['uri_query'])),
    referer: dashless(textOf(event['referer'])),
    userAgent: dashless(textOf(event['user_agent'])),
    language: dashless(textOf(event['accept_language'])),
    address: dashless(textOf(event['ip'])),
    xAnalytics: dashless(textOf(event['x_analytics'])),
    isMobile: false,
    lastAccess: undefined,
    noCookies: undefined,
  }),
};

/** A text; empty if it is absent. */
export function textOf(value: unknown): string {
  return optional(value) ?? '';
}

/** Numbers and booleans are written as the raw table's texts of them. */
function optional(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** `-` stands for none. */
export function dashless(text: string): string {
  return text === '-' ? '' : text;
}
