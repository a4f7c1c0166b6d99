import { createHash } from 'node:crypto';
import type { Sampling, Stream } from '../streams/stream.ts';
import { isBot } from './is-bot.ts';
import { LONGEST_ID } from './limits.ts';
import type { Sender, Told } from './told.ts';

/** The longest host of `meta.domain`, in characters. */
const LONGEST_DOMAIN = 255;

export type Fields = Record<string, unknown>;

/** What an event says of itself in `meta`. Its stream and time are the collector's to say. */
export interface OwnMeta {
  readonly id: string | undefined;
  readonly domain: string | undefined;
}

/** @returns a sentence where something in `meta` can't be taken */
export function metaOf(told: Told): OwnMeta | string {
  const { event } = told;
  const id: unknown = told.id ?? memberOfMeta(event, 'id');
  if (id !== undefined && !isText(id, LONGEST_ID))
    return `meta.id must be a text of 1 to ${LONGEST_ID} characters.`;
  const domain = memberOfMeta(event, 'domain');
  if (domain !== undefined && !isText(domain, LONGEST_DOMAIN))
    return `meta.domain must be a text of 1 to ${LONGEST_DOMAIN} characters.`;
  return { id, domain };
}

/** A member of an event's `meta`; undefined where it has none. */
export function memberOfMeta({ meta }: Told['event'], name: string): unknown {
  return typeof meta === 'object' && meta !== null ? (meta as Fields)[name] : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}

/** Fills what a stream declares, an event leaves out and its sender shows; takes out what may not be kept. */
export class Filler {
  readonly #types: ReadonlyMap<string, string>;
  readonly #longest: ReadonlyMap<string, number>;
  readonly #labelsBots: boolean;
  readonly #forgotten: readonly string[];

  constructor({ fields, personalMs, schema }: Stream) {
    this.#types = new Map(fields.map(({ name, type }) => [name, type]));
    const members = Object.entries((schema['properties'] ?? {}) as Record<string, Fields>);
    this.#longest = new Map(
      members.flatMap(([name, { maxLength }]) => (typeof maxLength === 'number' ? [[name, maxLength]] : [])),
    );
    this.#labelsBots = this.#types.get('is_bot') === 'boolean';
    // What may be kept for no time at all is never written.
    const isForgotten = personalMs === 0;
    this.#forgotten = fields.filter(({ personal }) => personal && isForgotten).map(({ name }) => name);
  }

  /** Returns what a sender shows of itself, as fields of the stream, for events that lack them. */
  shownBy({ address, userAgent, language, privacy, isAnonymous, source }: Sender): Fields {
    const isPrivate = isAnonymous === true || privacy !== undefined;
    const texts = {
      privacy,
      address: isPrivate ? undefined : address,
      user_agent: userAgent,
      language,
      source,
    };
    const shown: Fields = {};
    for (const [name, value] of Object.entries(texts)) {
      if (value === undefined || this.#types.get(name) !== 'text') continue;
      shown[name] = value.slice(0, this.#longest.get(name));
    }
    return shown;
  }

  /** Says whether an event comes from a bot, by its User-Agent. @param event is changed */
  label(event: Fields): void {
    const agent = event['user_agent'];
    if (this.#labelsBots && typeof agent === 'string' && event['is_bot'] === undefined)
      event['is_bot'] = isBot(agent);
  }

  /** Removes what may not be kept. @param event is changed */
  forget(event: Fields): void {
    for (const name of this.#forgotten) delete event[name];
    if (event['privacy'] !== undefined && this.#types.has('privacy')) delete event['address'];
  }
}

/** Whether an event is of the part that its stream keeps. What has the same value is kept or left out together. */
export function isKept({ share, by }: Sampling, event: Fields, id: string): boolean {
  if (share >= 1) return true;
  const value = by === 'meta.id' ? id : (event[by] ?? id);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return createHash('sha256').update(text).digest().readUInt32BE(0) < share * 2 ** 32;
}
