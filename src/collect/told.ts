import type { EventMistake } from '../streams/event-check.ts';

/** An event as a sender tells it. */
export interface Told {
  /** Its members; `meta` may be one of them. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Its id, where that isn't `meta.id` and isn't to be drawn by lot: the same event again has the same id. */
  readonly id?: string;
  /** When it happened, in ms since 1970: of a line of a log. Unless given, it is received now. */
  readonly timeMs?: number;
}

/** Who sends events from outside. Its members fill fields that a stream declares and an event leaves out. */
export interface Sender {
  /** By which way it comes, for rejects and for the field `source`: `events`, `pixel`, `plausible`. */
  readonly source: string;
  readonly address: string;
  readonly userAgent?: string;
  readonly language?: string;
  /** What its browser asks for. No address is kept of who asks. */
  readonly privacy?: 'gpc' | 'dnt';
  /** It asks by other means that its address be forgotten. */
  readonly isAnonymous?: boolean;
}

/** Why an event is refused, as a label of the metrics. */
export const REFUSALS = ['stream', 'closed', 'schema', 'size', 'depth', 'site', 'malformed', 'rate'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What became of an event that was told. */
export type Outcome = Accepted | Refused;

/** The log has it, durably. */
export interface Accepted {
  readonly isAccepted: true;
  readonly id: string;
  /** The stream keeps a part of its events, and this one isn't of it: it was counted, and is nowhere. */
  readonly isLeftOut?: true;
}

export interface Refused {
  readonly isAccepted: false;
  readonly refusal: Refusal;
  /** A sentence for the sender. */
  readonly reason: string;
  /** What doesn't fit the stream's schema. */
  readonly mistakes?: readonly EventMistake[];
}
