import type { FastifyRequest } from 'fastify';

/** Returns the base address for links in the answer to a request. @param configured the operator's setting, if there is one */
export function baseUrlOf(request: FastifyRequest, configured: string | undefined): string {
  return configured ?? `${request.protocol}://${request.host}`;
}
