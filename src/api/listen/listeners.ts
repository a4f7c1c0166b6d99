import type { FastifyReply, FastifyRequest } from 'fastify';
import { EngineError } from '../../core/engine-error.ts';
import { Problem } from '../../core/problem.ts';
import type { Clock } from '../../core/time/time.ts';
import type { Feeds } from '../../feed/feeds.ts';
import { checkQuestions } from '../../feed/followable.ts';
import type { Follower } from '../../feed/shared-feed.ts';
import type { Followed } from '../../feed/snapshot.ts';
import type { Road } from '../../read/road.ts';
import type { ClientBounds } from '../http/client-counts.ts';
import { STREAM_HEADERS } from '../http/headers.ts';
import type { Listening } from './asked.ts';
import { Client, RETRY_MS } from './client.ts';
import { durableAnswer, durableEvents, nextCursor, NOW } from './durable.ts';
import type { EndReason } from './ends.ts';
import { NDJSON, SSE, type Writing } from './frames.ts';
import type { Part } from './part.ts';
import { EVENTS_ANSWER, poll, type PollAnswer } from './poll.ts';
import { followQuestions } from './questions.ts';
import { Seats } from './seats.ts';
import { Wheel } from './wheel.ts';

export interface ListenersOptions {
  readonly road: Road;
  readonly feeds: Feeds;
  readonly clock: Clock;
  readonly bounds: ClientBounds;
  /** The maximum number of questions of one connection. */
  readonly questions: number;
  /** The maximum number of characters that a client may be behind. */
  readonly maxBehind: number;
  /** The longest time that a connection lives, in ms. */
  readonly lifetimeMs: number;
  /** A number from 0 to 1, another one at each call. */
  readonly random: () => number;
  /** Called whenever a connection ends. */
  readonly onEnd: (reason: EndReason | 'left') => void;
}

/** A request that follows something. */
export interface Connecting {
  readonly writing: Writing;
  /** The seconds of silence after which a client gets a heartbeat. */
  readonly heartbeatS: number;
  /** Whether clients come back by themselves after an end without an error, but never after an error's status. */
  readonly comesBack: boolean;
  /** Follows what is asked for. @param follower is called whenever there is something new, and at the end */
  readonly follow: (follower: Follower) => Promise<readonly Part[]>;
}

/** When clients come back that were sent away because a server is full, in ms: from this to twice this. */
const FULL_RETRY_MS = 30_000;
/** When clients of a server that stops come back, in ms: until this, at different times. */
const DRAIN_RETRY_MS = 10_000;
const SOON_MS = 1000;

/** All who listen: takes requests in, sends what is new, and says goodbye. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #seats: Seats;
  readonly #wheel: Wheel;
  /** Ends the connections, and the waiting of those who poll. */
  readonly #open = new Set<(reason: EndReason, retryMs: number) => void>();
  #isDraining = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
    this.#seats = new Seats(options.bounds);
    this.#wheel = new Wheel(() => options.clock.now());
  }

  /** How many listen. */
  get count(): number {
    return this.#seats.taken;
  }

  /** The maximum number of questions of one connection. */
  get questions(): number {
    return this.#options.questions;
  }

  /**
   * Answers a request that listens to questions.
   * @throws Problem for a mistake in a question, before anything is sent; EngineError if the client isn't one of
   * server-sent events, which would not come back
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { way, heartbeatS, waitS, lastEventId, durable }: Listening,
    questions: readonly Followed[],
  ): Promise<FastifyReply> {
    const { road, feeds, clock, random } = this.#options;
    checkQuestions(road, questions);
    const reading = durable && { ...durable, cursor: nextCursor(durable.cursor, clock.now(), random()) };
    const follow = (follower: Follower): Promise<Part[]> =>
      followQuestions(feeds, questions, lastEventId, follower, durable?.offset === NOW);
    if (way === 'poll') {
      const answer = reading ? durableAnswer(reading) : EVENTS_ANSWER;
      return this.#seated(request, reply, undefined, () => this.#poll(reply, waitS, { answer, follow }));
    }
    const writing = reading ? durableEvents(reading) : way === 'sse' ? SSE : NDJSON;
    const comesBack = way === 'sse' && !reading;
    return this.connect(request, reply, { writing, heartbeatS, comesBack, follow });
  }

  /**
   * Answers a request by all that is new in what it follows, until one of the two ends it.
   * @throws what `follow` throws, before anything is sent; Problem if there is no room
   */
  async connect(request: FastifyRequest, reply: FastifyReply, connecting: Connecting): Promise<FastifyReply> {
    const { comesBack, writing } = connecting;
    return this.#seated(request, reply, comesBack ? writing : undefined, () =>
      this.#stream(reply, connecting),
    );
  }

  /** @param goodbye how those are sent away who come back by themselves; undefined for others */
  async #seated(
    request: FastifyRequest,
    reply: FastifyReply,
    goodbye: Writing | undefined,
    answer: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const leaveSeat = this.#isDraining ? undefined : this.#seats.take(request.ip);
    const { raw } = reply;
    if (!leaveSeat) return this.#refuse(reply, goodbye);
    raw.once('close', leaveSeat);
    if (raw.destroyed) leaveSeat();
    request.admitted?.stay();
    try {
      return await answer();
    } catch (error) {
      const isBusy = error instanceof Problem && error.code === 'unavailable';
      if ((isBusy || error instanceof EngineError) && goodbye && !raw.headersSent)
        return this.#goodbye(reply, goodbye, 'unavailable', this.#later(RETRY_MS));
      throw error;
    }
  }

  /** Ends all connections, each with another time to come back, and lets no further ones in. */
  drain(): void {
    this.#isDraining = true;
    for (const end of this.#open)
      end('draining', SOON_MS + this.#options.random() * (DRAIN_RETRY_MS - SOON_MS));
  }

  close(): void {
    this.drain();
    this.#wheel.stop();
  }

  async #stream(reply: FastifyReply, { writing, heartbeatS, follow }: Connecting): Promise<FastifyReply> {
    const { maxBehind, lifetimeMs, clock, random, onEnd } = this.#options;
    const response = reply.raw;
    const now = performance.now();
    // Connections that began together don't end together.
    const until = now + lifetimeMs * (0.9 + 0.1 * random());
    const end = (reason: EndReason, retryMs: number): void => client.end(reason, retryMs);
    const client = new Client(
      {
        response,
        writing,
        heartbeatMs: heartbeatS * 1000,
        maxBehind,
        until,
        onEnd: (reason) => {
          this.#open.delete(end);
          this.#wheel.remove(client);
          onEnd(reason);
        },
      },
      now,
    );
    // Nothing can be sent before the head.
    const early: Error[] = [];
    let hasBegun = false;
    const gone = (error: Error): void =>
      error instanceof EngineError
        ? client.end('unavailable', this.#later(RETRY_MS))
        : client.end('gone', FULL_RETRY_MS, { problem: error.message });
    const parts = await follow((ended) => {
      if (!hasBegun) early.push(...(ended ? [ended] : []));
      else if (ended) gone(ended);
      else client.news();
    });
    if (response.destroyed || this.#isDraining) {
      for (const part of parts) part.leave();
      if (response.destroyed) return reply.hijack();
      return this.#goodbye(reply, writing, 'draining', this.#later(SOON_MS));
    }
    this.#begin(reply, writing);
    hasBegun = true;
    this.#open.add(end);
    client.start(parts, clock.now());
    if (early[0]) gone(early[0]);
    else this.#wheel.add(client, Math.min(heartbeatS * 1000, until - now));
    return reply;
  }

  async #poll(
    reply: FastifyReply,
    waitS: number,
    { answer, follow }: Pick<Connecting, 'follow'> & { readonly answer: PollAnswer },
  ): Promise<FastifyReply> {
    let news: Follower = () => undefined;
    const parts = await follow((ended) => news(ended));
    reply.hijack();
    await poll(reply.raw, parts, {
      answer,
      waitMs: this.#isDraining ? 0 : waitS * 1000,
      onNews: (call) => (news = call),
      onDrain: (call) => {
        this.#open.add(call);
        return () => this.#open.delete(call);
      },
    });
    return reply;
  }

  #begin(reply: FastifyReply, { type, headers }: Writing): void {
    reply.hijack();
    reply.raw.writeHead(200, { ...STREAM_HEADERS, ...headers, 'content-type': type });
  }

  /**
   * Sends somebody away for whom there is no room. Clients of server-sent events never come back after a 429 or 503,
   * so they get an answer that tells them when to.
   */
  #refuse(reply: FastifyReply, goodbye: Writing | undefined): FastifyReply {
    const reason = this.#isDraining ? 'draining' : 'full';
    const retryMs = this.#isDraining ? this.#later(SOON_MS) : this.#later(FULL_RETRY_MS);
    if (goodbye) return this.#goodbye(reply, goodbye, reason, retryMs);
    const { bounds } = this.#options;
    throw new Problem(
      this.#isDraining || this.#seats.taken >= bounds.all ? 'unavailable' : 'too-many-requests',
      this.#isDraining
        ? 'This server stops.'
        : `At most ${bounds.perClient} connections of a client, and ${bounds.all} of all, may listen. Close some, or ask several questions on one by /stream.`,
      { retryAfterS: Math.ceil(retryMs / 1000) },
    );
  }

  #goodbye(reply: FastifyReply, writing: Writing, reason: EndReason, retryMs: number): FastifyReply {
    this.#begin(reply, writing);
    reply.raw.end(writing.end(reason, retryMs));
    this.#options.onEnd(reason);
    return reply;
  }

  /** From a time to twice the time, so that not all come back at once. */
  #later(ms: number): number {
    return Math.round(ms * (1 + this.#options.random()));
  }
}
