import type { FastifyRequest } from 'fastify';
import { memoized } from './negotiate.ts';

/** The name of a host by RFC 3986 (3.2.2) as clients know them, or an address, and maybe a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/**
 * Whether a Host header names a host, which Node doesn't check. Clients repeat the same few, and parsing a URL costs more
 * than finding one.
 */
export const isHost = memoized((host) => HOST.test(host) && URL.canParse(`http://${host}/`));

/**
 * Returns the base address for links in the answer to a request.
 * @param request its Host header was checked; only clients of HTTP/1.0 may have none
 * @param configured the operator's setting, if there is one
 */
export function baseUrlOf({ protocol, host }: FastifyRequest, configured: string | undefined): string {
  // A proxy may hand on whatever a client calls the protocol.
  return configured ?? `${protocol === 'https' ? 'https' : 'http'}://${host === '' ? 'localhost' : host}`;
}
