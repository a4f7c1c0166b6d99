import { setTimeout as sleep } from 'node:timers/promises';
import { WEBREQUEST } from '../../streams/webrequest.ts';
import { objectIn } from '../json-object.ts';
import { LIMITS } from '../limits.ts';
import type { ReadLine } from './line-reader.ts';
import type { LineSink, Patience } from './sink.ts';

/** The size of a request, in bytes. It is below a server's default limit (`KRAKEN_MAX_BODY_KB`). */
const BODY_BYTES = 200 * 1024;
const DEADLINE_MS = 30_000;
/** The statuses of states that pass: too many requests, no log, a server that is starting. */
const PASSING = [408, 429, 500, 502, 503, 504];

/** The server doesn't collect these lines. */
export class NotCollectedError extends Error {}

/** An event as it is sent, with the index of its line. */
interface Sent {
  readonly id: string;
  readonly json: string;
  readonly place: number;
}

/** The server's report of events that it didn't accept, in the form of EventGate. */
interface Failures {
  readonly invalid?: readonly Failure[];
  readonly error?: readonly Failure[];
}
interface Failure {
  readonly event?: { readonly meta?: { readonly id?: string } };
  readonly context?: { readonly message?: string; readonly refusal?: string };
}

/** Sends lines to a server that collects, by `POST /v1/events`. Lines that are sent again have the same ids. */
export class HttpSink implements LineSink {
  readonly #url: URL;
  readonly #patience: Patience;
  readonly #onWait: (reason: string) => void;

  /**
   * @param server the address, with or without a path
   * @param onWait receives the reason when a wait begins
   */
  constructor(server: URL, patience: Patience, onWait: (reason: string) => void) {
    this.#url = new URL(`${server.pathname.replace(/\/$/, '')}/v1/events`, server);
    this.#patience = patience;
    this.#onWait = onWait;
  }

  async take(lines: readonly ReadLine[], signal: AbortSignal): Promise<(string | undefined)[]> {
    const reasons = lines.map(({ reason }) => reason);
    for (const batch of batches(lines.map(sentOf))) {
      for (const [place, reason] of await this.#send(batch, signal)) reasons[place] ??= reason;
    }
    return reasons;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends a batch until the server has all of it. @returns the refused lines, with the reasons */
  async #send(batch: readonly Sent[], signal: AbortSignal): Promise<[place: number, reason: string][]> {
    const { firstMs, mostMs, inAllMs } = this.#patience;
    const refused: [number, string][] = [];
    let left = batch;
    for (let waitMs = firstMs, waitedMs = 0; ; waitMs = Math.min(2 * waitMs, mostMs)) {
      const answer = await this.#post(left, signal);
      if (answer.failures) {
        const { invalid = [], error = [] } = answer.failures;
        const closed = invalid.find(({ context }) => context?.refusal === 'closed');
        if (closed)
          throw new NotCollectedError(`${this.#url.href} refuses lines of logs: ${closed.context?.message}`);
        for (const { event, context } of invalid) {
          const place = left.find(({ id }) => id === event?.meta?.id)?.place;
          if (place !== undefined) refused.push([place, context?.message ?? 'it was refused']);
        }
        const again = new Set(error.map(({ event }) => event?.meta?.id));
        left = left.filter(({ id }) => again.has(id));
        if (left.length === 0) return refused;
      }
      if (waitedMs === 0) this.#onWait(answer.reason);
      if (waitedMs >= inAllMs) throw new NotCollectedError(answer.reason);
      const ms = Math.max(waitMs, answer.retryAfterMs);
      await sleep(ms, undefined, { signal });
      waitedMs += ms;
    }
  }

  /** @returns the failures, `{}` if there are none; or the reason to send all again. @throws NotCollectedError */
  async #post(
    batch: readonly Sent[],
    signal: AbortSignal,
  ): Promise<{ reason: string; retryAfterMs: number; failures?: Failures }> {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `[${batch.map(({ json }) => json).join(',')}]`,
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    };
    try {
      const response = await fetch(this.#url, request);
      const { status } = response;
      const text = await response.text();
      if (status === 201) return { reason: '', retryAfterMs: 0, failures: {} };
      const body = objectOfText(text);
      const isOfEvents = (status === 207 || status === 400) && Array.isArray(body['invalid']);
      const reason = `${this.#url.href} answers ${status}${typeof body['detail'] === 'string' ? `, ${body['detail']}` : ''}`;
      const retryAfterMs = 1000 * (Number(response.headers.get('retry-after')) || 0);
      if (isOfEvents) return { reason, retryAfterMs, failures: body };
      if (PASSING.includes(status)) return { reason, retryAfterMs };
      const hint = status === 404 ? '; does it serve with --collect?' : '';
      throw new NotCollectedError(reason + hint);
    } catch (error) {
      if (error instanceof NotCollectedError) throw error;
      signal.throwIfAborted();
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
      return { reason: `${this.#url.href} can't be reached: ${why}`, retryAfterMs: 0 };
    }
  }
}

/** Returns a line as an event: a request, or a reject, which the server keeps with its reason. */
function sentOf({ incoming: { event, id }, reason }: ReadLine, place: number): Sent {
  const meta = { stream: WEBREQUEST.name, id };
  if (reason === undefined) return { id, place, json: JSON.stringify({ meta, ...event }) };
  const { hostname, sequence, body, source } = event;
  return {
    id,
    place,
    json: JSON.stringify({ meta: { ...meta, reject: reason }, hostname, sequence, source, line: body }),
  };
}

function* batches(all: readonly Sent[]): Generator<Sent[]> {
  let batch: Sent[] = [];
  let bytes = 0;
  for (const sent of all) {
    const length = Buffer.byteLength(sent.json) + 1;
    if (batch.length > 0 && (bytes + length > BODY_BYTES || batch.length >= LIMITS.batch)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(sent);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

function objectOfText(text: string): Readonly<Record<string, unknown>> & Failures {
  try {
    return objectIn(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}
