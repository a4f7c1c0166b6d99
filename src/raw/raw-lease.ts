import { EngineError } from '../core/engine-error.ts';

/** The right to commit to raw tables, while it lasts. A `FileLease` is one. */
export interface RawLease {
  /** Rejects when it was released, or somebody has taken over from a process that stood still. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** Another loader has the tables, or has taken them over. */
export class LoaderLeaseError extends EngineError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('raw tables', message, options);
    this.name = 'LoaderLeaseError';
  }
}
