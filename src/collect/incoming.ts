import type { EventMistake } from '../streams/event-check.ts';

/** An event that comes in, before it is checked. */
export interface Incoming {
  /** The members of the event; `meta` may be one of them. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The id of the event; by default `meta.id`, or else a random one. */
  readonly id?: string;
  /** The time of a line of a log, in ms since 1970. By default the time of receipt. */
  readonly timeMs?: number;
}

/** Who sends events. The members fill fields that a stream declares and an event lacks. */
export interface Sender {
  /** The transport or tracker, for rejects and for the field `source`: `events`, `pixel`, `plausible`. */
  readonly source: string;
  readonly address: string;
  readonly userAgent?: string;
  readonly language?: string;
  /** The privacy signal of the browser. With one, no address is kept. */
  readonly privacy?: 'gpc' | 'dnt';
  /** Whether the sender asks in another way that its address is not kept. */
  readonly isAnonymous?: boolean;
}

/** Why an event is refused, as a label of the metrics. */
export const REFUSALS = ['stream', 'closed', 'schema', 'size', 'depth', 'site', 'malformed', 'rate'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The outcome of an event. */
export type Outcome = Accepted | Refused;

/** The log has the event durably. */
export interface Accepted {
  readonly isAccepted: true;
  readonly id: string;
  /** The stream's sampling leaves this event out: it was counted, but not written. */
  readonly isLeftOut?: true;
}

export interface Refused {
  readonly isAccepted: false;
  readonly refusal: Refusal;
  /** A sentence for the sender. */
  readonly reason: string;
  /** The places where the event doesn't fit the stream's schema. */
  readonly mistakes?: readonly EventMistake[];
}
