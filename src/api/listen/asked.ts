import { invalidParameter, Problem } from '../../core/problem.ts';
import { preferenceAmong } from '../http/negotiate.ts';
import { type DurableReading, idOfOffset, offsetAsked } from './durable.ts';

/** How the events of a question are sent: as server-sent events, as lines of JSON, or one answer at a time. */
export type Way = 'sse' | 'ndjson' | 'poll';

/** A request to be told of an answer's changes. */
export interface Listening {
  readonly way: Way;
  /** The seconds of silence after which a client gets a heartbeat. */
  readonly heartbeatS: number;
  /** How many seconds an answer may wait for news, if the client polls. */
  readonly waitS: number;
  /** The id of the last event that the client has; undefined if it has none. */
  readonly lastEventId: string | undefined;
  /** The query of the URL without the parameters that were read here. */
  readonly query: string;
  /** How it is read by the protocol of Durable Streams; undefined if by this API's own. */
  readonly durable?: Omit<DurableReading, 'cursor'> & { readonly cursor: string | undefined };
}

/** The parts of a request that say whether it listens. */
export interface ListeningRequest {
  readonly method: string;
  readonly headers: {
    readonly accept?: string | undefined;
    readonly 'last-event-id'?: string | string[];
    readonly 'if-none-match'?: string | undefined;
  };
  readonly originalUrl: string;
}

/** The query parameters of those who listen. */
export const LISTEN_PARAMETERS = ['stream', 'wait', 'heartbeat', 'lastEventId', 'offset'] as const;
/** The parameter by which clients of Durable Streams are known. */
const OFFSET = 'offset';

const EVENT_STREAM = 'text/event-stream';
const NDJSON = 'application/x-ndjson';
const HEARTBEAT_S = { usual: 15, min: 1, max: 60 };
const WAIT_S = { usual: 25, min: 0, max: 60 };
/** Ids are far shorter, also those of many questions. */
const MAX_ID = 8000;

/** A path's default comes first: a header that prefers neither asks for JSON. */
const preferred = preferenceAmong(['application/json', EVENT_STREAM, NDJSON]);

/**
 * Reads whether a request listens, and how.
 * @returns undefined for one that asks once, as nearly all do
 * @throws Problem for a wrong parameter of one that listens
 */
export function listeningAsked(request: ListeningRequest): Listening | undefined {
  const { method, headers, originalUrl } = request;
  if (!mayListen(headers.accept, originalUrl)) return undefined;
  if (method !== 'GET') return undefined;
  const query = queryOf(originalUrl);
  const isNamed = ['wait', 'stream', OFFSET].some((name) => query.has(name));
  const listens = isNamed || preferred(headers.accept) === EVENT_STREAM;
  return listens ? listeningTo(request) : undefined;
}

/** Whether a request may be one that listens: nearly all that ask once are told apart by this. */
export function mayListen(accept: string | undefined, url: string): boolean {
  if (accept?.includes(EVENT_STREAM)) return true;
  return url.includes('?') && /[?&](?:stream|wait|offset)(?:[=&]|$)/.test(url);
}

/** Reads how a request listens that can do nothing else. @throws Problem for a wrong parameter */
export function listeningTo({ headers, originalUrl }: ListeningRequest): Listening {
  const query = queryOf(originalUrl);
  const way = wayOf(query, headers.accept);
  const once = (name: string): string | undefined => {
    const values = query.getAll(name);
    if (values.length > 1) throw invalidParameter(name, `${name} is given twice`);
    return values[0];
  };
  const stream = once('stream');
  if (stream !== undefined && stream !== '' && stream !== 'true')
    throw invalidParameter('stream', 'stream takes no value', ['true']);
  const header = headers['last-event-id'];
  const inUrl = once('lastEventId');
  // Who began with an id in the URL comes back with the same URL, and a later id in the header.
  const lastEventId = typeof header === 'string' && header !== '' ? header : inUrl;
  if ((lastEventId?.length ?? 0) > MAX_ID)
    throw new Problem('too-large', 'lastEventId is longer than any id.', { parameter: 'lastEventId' });
  const heartbeatS = secondsOf('heartbeat', once('heartbeat'), HEARTBEAT_S);
  const waitS = secondsOf('wait', once('wait'), WAIT_S);
  if (way === 'ndjson' && once('format') === 'ndjson') query.delete('format');
  const offset = once(OFFSET);
  if (offset !== undefined) {
    const [live, cursor] = [once('live'), once('cursor')];
    const isLive = live === 'long-poll' || live === 'sse';
    for (const name of [...LISTEN_PARAMETERS, 'cursor', ...(isLive ? ['live'] : [])]) query.delete(name);
    return {
      way: live === 'sse' ? 'sse' : 'poll',
      heartbeatS,
      waitS: live === 'long-poll' ? waitS : 0,
      lastEventId: idOfOffset(offsetAsked(offset)),
      query: query.toString(),
      durable: { live: isLive ? live : undefined, offset, cursor, known: headers['if-none-match'] },
    };
  }
  for (const name of LISTEN_PARAMETERS) query.delete(name);
  return {
    way,
    heartbeatS,
    waitS,
    lastEventId: lastEventId === '' ? undefined : lastEventId,
    query: query.toString(),
  };
}

/** Reads after how many seconds of silence a request wants a heartbeat. @throws Problem */
export function heartbeatOf({ originalUrl }: Pick<ListeningRequest, 'originalUrl'>): number {
  return secondsOf('heartbeat', queryOf(originalUrl).get('heartbeat') ?? undefined, HEARTBEAT_S);
}

function queryOf(url: string): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

function wayOf(query: URLSearchParams, accept: string | undefined): Way {
  if (query.has('wait')) return 'poll';
  const wanted = preferred(accept);
  if (wanted === EVENT_STREAM) return 'sse';
  return wanted === NDJSON || query.get('format') === 'ndjson' ? 'ndjson' : 'sse';
}

function secondsOf(
  name: string,
  text: string | undefined,
  { usual, min, max }: { usual: number; min: number; max: number },
): number {
  if (text === undefined || text === '') return usual;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(seconds >= min && seconds <= max))
    throw invalidParameter(name, `${name} should be a whole number of seconds.`, `${min} to ${max}`);
  return seconds;
}
