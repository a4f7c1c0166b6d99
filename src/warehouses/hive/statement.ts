import { setTimeout as sleep } from 'node:timers/promises';
import { thrift } from 'hive-driver';
import { FetchOrientation } from 'hive-driver/dist/hive/Types/index.js';
import { abortable } from '../../core/abort.ts';
import type { Connection, Operation } from './connection.ts';
import { fromOperation } from './hive-error.ts';
import { type Page, pageOf, type RawColumn } from './page.ts';

const PAGE_ROWS = 10_000;
/** The pauses between two requests for a status, in ms. Hive holds a status back until it changes; other servers answer at once. */
const FIRST_WAIT_MS = 5;
const MAX_WAIT_MS = 200;

const STATES = (thrift.TCLIService_types as { TOperationState: Record<string, number> }).TOperationState;
const UNDER_WAY = [STATES.INITIALIZED_STATE, STATES.RUNNING_STATE, STATES.PENDING_STATE];

/** One statement on one connection. `end` must be called in any case. */
export class Statement {
  readonly #connection: Connection;
  readonly #operation: Promise<Operation>;
  /** Whether the server has finished the statement, so that there is nothing to cancel. */
  #done = false;

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#operation = connection.start(sql);
    // The caller may be gone when it fails.
    this.#operation.catch(() => undefined);
  }

  /** Waits until Hive has parsed and planned the statement. @throws EngineError, or the signal's reason */
  async started(signal: AbortSignal): Promise<void> {
    await abortable(this.#operation, signal);
  }

  /** Waits until the statement has run, without a result. @throws EngineError, or the signal's reason */
  async finish(signal: AbortSignal): Promise<void> {
    await this.#hasRun(signal);
    this.#done = true;
  }

  async #hasRun(signal: AbortSignal): Promise<void> {
    const operation = await abortable(this.#operation, signal);
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
      const asked = performance.now();
      const status = await abortable(
        this.#connection.call(() => operation.status(false)),
        signal,
      );
      const state = status.operationState;
      if (state === STATES.FINISHED_STATE) break;
      if (state === undefined || !UNDER_WAY.includes(state)) {
        this.#done = true;
        throw fromOperation(status);
      }
      if (performance.now() - asked < wait) await abortable(sleep(wait), signal);
    }
  }

  /** Yields the pages of the result. The next page is fetched while the caller works on one. */
  async *pages(signal: AbortSignal): AsyncGenerator<Page> {
    await this.#hasRun(signal);
    const operation = await this.#operation;
    operation.setMaxRows(PAGE_ROWS);
    for (let next = this.#fetch(operation); ;) {
      const page = await abortable(next, signal);
      if (page.length === 0) break;
      next = this.#fetch(operation);
      next.catch(() => undefined);
      yield page;
    }
    this.#done = true;
  }

  async #fetch(operation: Operation): Promise<Page> {
    return this.#connection.call(async () => {
      await operation.fetch(FetchOrientation.FETCH_NEXT);
      const sets = operation.getData();
      operation.flush();
      return pageOf((sets[0]?.columns ?? []) as unknown as readonly RawColumn[]);
    });
  }

  /**
   * Cancels the statement unless it has finished, and frees it on the server.
   * @returns whether it was cancelled
   * @throws EngineError
   */
  async end(): Promise<boolean> {
    let operation;
    try {
      operation = await this.#operation;
    } catch {
      return false;
    }
    const cancel = !this.#done;
    if (cancel) await this.#connection.call(() => operation.cancel());
    await this.#connection.call(() => operation.close());
    return cancel;
  }
}
