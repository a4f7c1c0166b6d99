import { EngineError } from '../../core/engine-error.ts';

const ENGINE = 'hbase';

/** HBase refused a call. */
export class CallError extends EngineError {}

/** Makes an error of the engine, for logs. */
export function hbaseError(message: string, options?: { cause?: unknown }): EngineError {
  return new EngineError(ENGINE, message, options);
}

/** The maximum length of a message. A gateway's own text is a Java stack, whose first line says enough. */
const MAX_MESSAGE = 300;

/** Turns a call's rejection into an error of the engine, without a Java stack. */
export function callError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error || isThriftError(error) ? error.message : String(error);
  const line = (/^[^\r\n]*/.exec(text ?? '')?.[0] ?? '').slice(0, MAX_MESSAGE).trim();
  return new CallError(ENGINE, `${what}: ${line}`);
}

function isThriftError(error: unknown): error is { message?: string } {
  return typeof error === 'object' && error !== null && 'message' in error;
}

/** Tells whether a table couldn't be made because it already exists. */
export function isExistingTable(error: unknown): boolean {
  return error instanceof CallError && error.message.includes('TableExistsException');
}

/** Tells whether a gateway failed to understand a call, which is not an error of HBase itself. */
export function isRefused(error: unknown): boolean {
  return error instanceof CallError && error.message.includes('Internal error processing');
}
