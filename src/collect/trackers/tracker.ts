import type { Problem } from '../../core/problem.ts';
import type { Incoming } from '../incoming.ts';

/** The request of a tracker. */
export interface TrackerRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty if there is none. */
  readonly body: string;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parses JSON. @throws Problem if the text is no JSON */
  readonly json: (text: string) => unknown;
}

/** An event of a tracker, for one of the built-in streams. */
export interface Tracked {
  readonly stream: string;
  readonly incoming: Incoming;
}

export interface TrackerAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Buffer;
}

/** A tracker that people already use. It sends to Kraken when only its address is changed. */
export interface Tracker {
  /** For the field `source`: `plausible`. */
  readonly name: string;
  readonly routes: readonly { readonly method: 'GET' | 'POST'; readonly url: string }[];
  /**
   * Turns a request into events. Ids and fingerprints, which distinguish visitors, are left out.
   * @returns each event, or the reason why it can't be read
   * @throws Problem if the request is not one of this tracker
   */
  read(request: TrackerRequest): readonly (Tracked | Problem)[];
  /** Whether the sender asks, in this tracker's own way, that its address is not kept. */
  isAnonymous?(request: TrackerRequest): boolean;
  /** Returns the answer that the tracker expects. If nothing is accepted, the answer is a problem instead. */
  answer(request: TrackerRequest, accepted: number, refused: number): TrackerAnswer;
}
