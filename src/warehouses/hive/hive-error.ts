import { EngineError } from '../../core/engine-error.ts';

const MAX_MESSAGE = 300;

/** What Hive refused, or a connection that failed. */
export class HiveError extends EngineError {
  /** SQL's five characters, where Hive gave them. */
  readonly sqlState: string | undefined;
  /** Hive's own number: 40000 parse, 10001 no such table, 10004 no such column. */
  readonly code: number | undefined;

  constructor(message: string, details: { sqlState?: string; code?: number; cause?: unknown } = {}) {
    super('hive', message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'HiveError';
    this.sqlState = details.sqlState;
    this.code = details.code;
  }

  /** The server has forgotten the session, which happens when it was restarted or the session idle. */
  get sessionIsGone(): boolean {
    return this.message.includes('Invalid SessionHandle');
  }
}

/** An error of the driver or of the socket, without the Java stack that Hive's texts hold. */
export function fromHive(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { message, code } = error as { message?: unknown; code?: unknown };
  // A server that is down is refused at each of its addresses: an error without a text of its own.
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return new HiveError(firstLine(text), typeof code === 'number' && code > 0 ? { code } : {});
}

/** Whether an error of the driver is Hive's own answer; else the connection failed, or the login. */
export function isAnswer(error: unknown): boolean {
  return (error as { name?: unknown }).name === 'Status Error';
}

/** The end of a statement that failed while it ran. */
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
