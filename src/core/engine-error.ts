/** An engine failed or didn't answer in time. The message is for logs, never for callers of the API. */
export class EngineError extends Error {
  readonly engine: string;

  constructor(engine: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EngineError';
    this.engine = engine;
  }
}

/** Another process holds the lease. The message says which one, for the person at the command line. */
export class LeaseHeldError extends Error {
  readonly holder: string;

  constructor(holder: string) {
    super(`another import is running: ${holder}`);
    this.name = 'LeaseHeldError';
    this.holder = holder;
  }
}
