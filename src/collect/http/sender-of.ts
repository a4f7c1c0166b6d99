import type { PlainRequest } from '../../api/http/direct.ts';
import type { Sender } from '../incoming.ts';

/** Returns the sender of a request, from its connection and headers. */
export function senderOf({ ip, headers }: PlainRequest, source: string): Sender {
  const { 'user-agent': userAgent, 'accept-language': language } = headers;
  const privacy = headers['sec-gpc'] === '1' ? 'gpc' : headers['dnt'] === '1' ? 'dnt' : undefined;
  return {
    source,
    address: ip,
    ...(userAgent !== undefined && { userAgent }),
    ...(language !== undefined && { language }),
    ...(privacy && { privacy }),
  };
}
