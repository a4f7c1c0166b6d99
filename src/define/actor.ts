import { hash } from 'node:crypto';

/** Who made a request, as far as it can be said without a name. */
export interface ActorParts<Value = string | undefined> {
  readonly address: Value;
  readonly userAgent: Value;
  readonly language: Value;
  readonly host: Value;
  /** The id of an app's installation, where its request says one: `wmfuuid` of X-Analytics. */
  readonly installation?: Value;
}

/** So many characters of a user agent count, as at Wikimedia. */
const USER_AGENT_LENGTH = 200;
/** It keeps the parts from running into each other. */
const SEPARATOR = 0x1f;
/** The length of an actor, in hexadecimal digits. */
const LENGTH = 32;
/** The length of a block of SHA-256, in bytes. */
const BLOCK = 64;

export const ACTOR_VERSION = 'actor-1';

/**
 * Returns a name for whoever made a request, which is the same for a day: the first 32 hexadecimal digits of an
 * HMAC-SHA256. Without the key, which goes with the day's raw rows, it leads nowhere.
 * @param key the key of the day: 32 random bytes, at most 64
 */
export function actorOf(key: Uint8Array, parts: ActorParts): string {
  const { address, userAgent = '', language, host, installation } = parts;
  const cut =
    userAgent.length <= USER_AGENT_LENGTH
      ? userAgent
      : Array.from(userAgent).slice(0, USER_AGENT_LENGTH).join('');
  const text = [address, cut, language, host, installation]
    .map((part) => part ?? '')
    .join(String.fromCharCode(SEPARATOR));
  let pads = padsOf.get(key);
  if (!pads) padsOf.set(key, (pads = actorPads(key)));
  // By hand, because an object of crypto for each actor takes several times as long.
  const inner = hash('sha256', Buffer.concat([pads.inner, Buffer.from(text)]), 'buffer');
  return hash('sha256', Buffer.concat([pads.outer, inner]), 'hex').slice(0, LENGTH);
}

/** The blocks of keys that were used. */
const padsOf = new WeakMap<Uint8Array, ActorPads>();

/**
 * Returns the same as an expression of DuckDB's SQL, which is faster than calling `actorOf` for each row.
 * @param pads expressions of the two BLOBs of `actorPads`: parameters, so that the key is in no statement's text
 * @param parts expressions of texts, which may be NULL
 */
export function actorSql(pads: ActorPads<string>, parts: ActorParts<string>): string {
  const { address, userAgent, language, host, installation = "''" } = parts;
  const cut = `left(${userAgent}, ${USER_AGENT_LENGTH})`;
  const texts = [address, cut, language, host, installation].map((part) => `coalesce(${part}, '')`);
  const text = `encode(concat_ws(chr(${SEPARATOR}), ${texts.join(', ')}))`;
  return `left(sha256(${pads.outer} || unhex(sha256(${pads.inner} || ${text}))), ${LENGTH})`;
}

export interface ActorPads<Value = Uint8Array> {
  readonly inner: Value;
  readonly outer: Value;
}

/** Returns the two blocks that HMAC (RFC 2104) makes of a key. */
export function actorPads(key: Uint8Array): ActorPads {
  if (key.length > BLOCK) throw new RangeError(`the key of actors is longer than ${BLOCK} bytes`);
  const padded = Uint8Array.from({ length: BLOCK }, (_, i) => key[i] ?? 0);
  return { inner: padded.map((byte) => byte ^ 0x36), outer: padded.map((byte) => byte ^ 0x5c) };
}
