import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { MirrorError } from './mirror-error.ts';

/** The time, and a wait, as an argument: tests have their own. */
export interface Waiting {
  /** The current time in ms since 1970. */
  now(): number;
  /** Waits. @throws the signal's reason if it is aborted before */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface PoliteOptions {
  /** The name of the client, with somebody who can be written to. */
  readonly userAgent: string;
  readonly time: Waiting;
  /** How long a server may be silent, in ms. */
  readonly silenceMs?: number;
  /** Receives each wait for a server that can't answer now. */
  readonly onWait?: (ms: number, why: string) => void;
}

/** At most 200 requests a minute. */
const INTERVAL_MS = 300;
/** How often a request is sent before the mirror gives up. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;
/** A longer Retry-After ends the run: it can be started again then. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
const SILENCE_MS = 60_000;
/** The largest body that is taken: a list of a thousand entries has some 100 KB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A reason to try again. */
class Transient extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Asks a server one thing at a time, slowly, and again if it can't answer now. */
export class PoliteClient {
  readonly #options: PoliteOptions;
  #next = 0;

  constructor(options: PoliteOptions) {
    this.#options = options;
  }

  /**
   * Gets an answer of AQS.
   * @returns its JSON; undefined if AQS says that it has no data (404)
   * @throws MirrorError for what trying again doesn't help, and if the server can't answer for too long
   */
  async get(url: URL, signal: AbortSignal): Promise<unknown> {
    const { time, onWait } = this.#options;
    let waitMs = FIRST_WAIT_MS;
    for (let attempt = 1; ; attempt++) {
      await time.sleep(Math.max(0, this.#next - time.now()), signal);
      this.#next = time.now() + INTERVAL_MS;
      try {
        return answerIn(url, await this.#ask(url, signal));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Transient)) throw error;
        const ms = error.retryAfterMs ?? waitMs;
        if (ms > MAX_RETRY_AFTER_MS)
          throw new MirrorError(
            `${url.href} ${error.message}, and asks to wait ${Math.ceil(ms / 1000)} s: run the same command again then; it goes on where it stopped`,
          );
        if (attempt === ATTEMPTS)
          throw new MirrorError(
            `${url.href} ${error.message}, also at the ${ATTEMPTS}th time: run the same command again later; it goes on where it stopped`,
          );
        onWait?.(ms, error.message);
        await time.sleep(ms, signal);
        waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
      }
    }
  }

  /** Sends one request, and reads its body to the end. @throws Transient */
  async #ask(url: URL, signal: AbortSignal): Promise<Answered> {
    const { userAgent, silenceMs = SILENCE_MS, time } = this.#options;
    // Node 20's fetch takes a body that was cut under `Connection: close` for whole. Here its length can be compared.
    const headers = { 'User-Agent': userAgent, Accept: 'application/json', 'Accept-Encoding': 'identity' };
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = send(url, { headers, signal, timeout: silenceMs }, resolve);
        sent.on('timeout', () => sent.destroy(new Error(`was silent for ${silenceMs / 1000} s`)));
        sent.on('error', reject);
        sent.end();
      });
      const body = await bodyOf(response);
      const retryAfterMs = retryAfter(response.headers['retry-after'], time.now());
      return { status: response.statusCode ?? 0, body, retryAfterMs, location: response.headers.location };
    } catch (error) {
      if (error instanceof Transient || error instanceof MirrorError) throw error;
      throw new Transient(`can't be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
  readonly location: string | undefined;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new MirrorError(`an answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const told = response.headers['content-length'];
  if (told !== undefined && Number(told) !== bytes)
    throw new Transient(`was cut: ${bytes} of ${told} bytes came`);
  return Buffer.concat(chunks).toString();
}

function answerIn(url: URL, { status, body, retryAfterMs, location }: Answered): unknown {
  if (status === 429 || status >= 500) throw new Transient(`answers ${status}`, retryAfterMs);
  const json = jsonOf(body);
  if (status === 200) {
    // A body without a length that was cut ends too early.
    if (json === undefined) throw new Transient('is no JSON, or was cut');
    if (!Array.isArray((json as { items?: unknown }).items))
      throw new MirrorError(`${url.href} is no answer of AQS: it has no items. Is the address right?`);
    return json;
  }
  const { type = '', detail = '' } = (json ?? {}) as { type?: unknown; detail?: unknown };
  // A path that the server doesn't know is a wrong address, not missing data.
  if (status === 404 && json !== undefined && !String(type).endsWith('route')) return undefined;
  const moved = location === undefined ? '' : `, and names ${location}`;
  throw new MirrorError(`${url.href} answers ${status}${moved}${detail === '' ? '' : `: ${String(detail)}`}`);
}

function jsonOf(body: string): object | undefined {
  try {
    const json = JSON.parse(body) as unknown;
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Reads Retry-After, which is seconds or a date, as ms from now. */
function retryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
