import type { FastifyBaseLogger } from 'fastify';
import type { Road } from '../../read/road.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What a tool may use. */
export interface ToolContext {
  readonly road: Road;
  /** The public address of the API, without a trailing slash. */
  readonly base: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly log: FastifyBaseLogger;
}

/** A tool that language models call. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** Tells a model when to use it and how. */
  readonly description: string;
  /** The JSON Schema of its arguments. */
  readonly inputSchema: (road: Road) => Json;
  /** @throws Problem for wrong arguments; EngineError */
  readonly call: (args: Json, context: ToolContext) => Promise<Json>;
}
