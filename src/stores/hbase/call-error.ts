import { EngineError } from '../../core/engine-error.ts';

const ENGINE = 'hbase';

/** HBase refused a call. */
export class CallError extends EngineError {
  /** The class of Java's exception, without its package: `TableNotFoundException`. */
  readonly exception: string;

  constructor(exception: string, message: string, options?: { cause?: unknown }) {
    super(ENGINE, message, options);
    this.exception = exception;
  }
}

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
  const exception = /^[\w.$]*?(\w+)(?::|$)/.exec(line)?.[1] ?? '';
  return new CallError(exception, `${what}: ${line}`, { cause: undefined });
}

function isThriftError(error: unknown): error is { message?: string } {
  return typeof error === 'object' && error !== null && 'message' in error;
}

/** Whether a call was refused since its table doesn't exist. */
export function isMissingTable(error: unknown): boolean {
  return (
    error instanceof CallError &&
    (error.exception === 'TableNotFoundException' || error.message.includes('TableNotFoundException'))
  );
}

/** Whether a table couldn't be made since somebody else has made it. */
export function isExistingTable(error: unknown): boolean {
  return error instanceof CallError && error.message.includes('TableExistsException');
}
