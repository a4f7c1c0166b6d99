import { EngineError } from '../../core/engine-error.ts';

const ENGINE = 'hbase';

/** HBase answered a call by refusing it. */
export class CallError extends EngineError {}

/** An error of the engine, for logs. */
export function hbaseError(message: string, options?: { cause?: unknown }): EngineError {
  return new EngineError(ENGINE, message, options);
}

/** The gateway's own text of an error is a Java stack: the first line of it says enough. */
const MAX_MESSAGE = 300;

/** What a call was rejected with, as an error of the engine without a Java stack. */
export function callError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error || isThriftError(error) ? error.message : String(error);
  const line = (/^[^\r\n]*/.exec(text ?? '')?.[0] ?? '').slice(0, MAX_MESSAGE).trim();
  return new CallError(ENGINE, `${what}: ${line}`);
}

function isThriftError(error: unknown): error is { message?: string } {
  return typeof error === 'object' && error !== null && 'message' in error;
}

/** Whether a table couldn't be made since somebody else has made it. */
export function isExistingTable(error: unknown): boolean {
  return error instanceof CallError && error.message.includes('TableExistsException');
}

/** Whether a gateway took the call for nonsense, and gave no error of HBase's. */
export function isRefused(error: unknown): boolean {
  return error instanceof CallError && error.message.includes('Internal error processing');
}
