import type { Problem } from '../../core/problem.ts';
import type { Told } from '../told.ts';

/** What a tracker sends. */
export interface TrackerRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty where there is none. */
  readonly body: string;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Reads a JSON text. @throws Problem for what is none */
  readonly json: (text: string) => unknown;
}

/** An event that a tracker tells of, for one of the streams that are built in. */
export interface Tracked {
  readonly stream: string;
  readonly told: Told;
}

export interface TrackerAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Buffer;
}

/** A tracker that people already have: it sends here when its address is changed, and nothing else of it is. */
export interface Tracker {
  /** For the field `source`: `plausible`. */
  readonly name: string;
  readonly routes: readonly { readonly method: 'GET' | 'POST'; readonly url: string }[];
  /**
   * Turns a request into events. What would tell one visitor from others (ids, fingerprints) stays out.
   * @returns each event, or why it can't be read
   * @throws Problem for what is none of this tracker's
   */
  read(request: TrackerRequest): readonly (Tracked | Problem)[];
  /** Whether its sender asks that its address be forgotten, by means of the tracker's own. */
  isAnonymous?(request: TrackerRequest): boolean;
  /** What it expects to be told. Where nothing is accepted, it is told why as anybody is. */
  answer(request: TrackerRequest, accepted: number, refused: number): TrackerAnswer;
}
