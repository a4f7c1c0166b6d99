import type { FastifyRequest } from 'fastify';

/** The address under which a request's answer names others. @param configured where the operator says it */
export function baseUrlOf(request: FastifyRequest, configured: string | undefined): string {
  return configured ?? `${request.protocol}://${request.host}`;
}
