import { EngineError } from '../../core/engine-error.ts';

const MAX_MESSAGE = 300;

/** A statement that Hive refused, or a connection that failed. */
export class HiveError extends EngineError {
  /** The five characters of SQLSTATE, if Hive gave them. */
  readonly sqlState: string | undefined;
  /** Hive's own error code: 40000 parse error, 10001 no such table, 10004 no such column. */
  readonly code: number | undefined;

  constructor(message: string, details: { sqlState?: string; code?: number; cause?: unknown } = {}) {
    super('hive', message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'HiveError';
    this.sqlState = details.sqlState;
    this.code = details.code;
  }

  /** Whether the server no longer knows the session, because it was restarted or the session was idle. */
  get sessionIsGone(): boolean {
    return this.message.includes('Invalid SessionHandle');
  }
}

/** Turns an error of the driver or the socket into an EngineError, without the Java stack in Hive's texts. */
export function fromHive(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { message, code } = error as { message?: unknown; code?: unknown };
  // A refused connection has an error for each address and no text of its own.
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return new HiveError(firstLine(text), typeof code === 'number' && code > 0 ? { code } : {});
}

/** Tells whether an error of the driver is Hive's answer. Otherwise the connection or the login failed. */
export function isAnswer(error: unknown): boolean {
  return (error as { name?: unknown }).name === 'Status Error';
}

/** Returns the error of a statement that failed while it ran. */
export function fromOperation(status: {
  errorMessage?: string;
  sqlState?: string;
  errorCode?: number;
}): HiveError {
  return new HiveError(firstLine(status.errorMessage || 'the statement failed'), {
    ...(status.sqlState ? { sqlState: status.sqlState } : {}),
    ...(status.errorCode ? { code: status.errorCode } : {}),
  });
}

function firstLine(text: string): string {
  return text
    .split(/[\r\n]/, 1)[0]!
    .trim()
    .slice(0, MAX_MESSAGE);
}
