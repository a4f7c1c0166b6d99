import { createHash } from 'node:crypto';
import type { Sampling, Stream } from '../streams/stream.ts';
import { isBot } from './is-bot.ts';
import { LONGEST_ID } from './limits.ts';
import type { Sender, Incoming } from './incoming.ts';

/** The maximum length of `meta.domain`, in characters. */
const LONGEST_DOMAIN = 255;

export type Fields = Record<string, unknown>;

/** The members of an event's own `meta` that are kept. The collector writes its stream and time. */
export interface OwnMeta {
  readonly id: string | undefined;
  readonly domain: string | undefined;
}

/** Reads an event's own `meta`. @returns a sentence if a member is wrong */
export function metaOf(incoming: Incoming): OwnMeta | string {
  const { event } = incoming;
  const id: unknown = incoming.id ?? memberOfMeta(event, 'id');
  if (id !== undefined && !isText(id, LONGEST_ID))
    return `meta.id must be a text of 1 to ${LONGEST_ID} characters.`;
  const domain = memberOfMeta(event, 'domain');
  if (domain !== undefined && !isText(domain, LONGEST_DOMAIN))
    return `meta.domain must be a text of 1 to ${LONGEST_DOMAIN} characters.`;
  return { id, domain };
}

/** Returns a member of an event's `meta`; undefined if there is none. */
export function memberOfMeta({ meta }: Incoming['event'], name: string): unknown {
  return typeof meta === 'object' && meta !== null ? (meta as Fields)[name] : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}

/** Fills the fields that a stream declares and an event lacks, and removes the fields that may not be kept. */
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
    // A field that may be kept for no time is never written.
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

/** Whether a stream's sampling keeps an event. Events with the same value are kept or left out together. */
export function isKept({ share, by }: Sampling, event: Fields, id: string): boolean {
  if (share >= 1) return true;
  const value = by === 'meta.id' ? id : (event[by] ?? id);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return createHash('sha256').update(text).digest().readUInt32BE(0) < share * 2 ** 32;
}
