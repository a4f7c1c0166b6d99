import { createHmac } from 'node:crypto';

/** Who made a request, as far as it can be said without a name. */
export interface ActorParts {
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly language?: string | undefined;
  readonly host: string;
  /** The id of an app's installation, where its request says one. */
  readonly installation?: string | undefined;
}

/** So many characters of a user agent count, as at Wikimedia. */
const USER_AGENT_LENGTH = 200;

export const ACTOR_VERSION = 'actor-1';

/**
 * Returns a name for whoever made a request, which is the same for a day: 32 hexadecimal digits of an
 * HMAC-SHA256. Without the key, which is deleted with the day's raw rows, it leads nowhere.
 * @param key the key of the day, 32 random bytes
 */
export function actorOf(key: Uint8Array, parts: ActorParts): string {
  const { address, userAgent, language, host, installation } = parts;
  const fields = [address, userAgent?.slice(0, USER_AGENT_LENGTH), language, host, installation];
  return createHmac('sha256', key)
    .update(fields.map((field) => field ?? '').join('\0'))
    .digest('hex')
    .slice(0, 32);
}
