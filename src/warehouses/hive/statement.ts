import { setTimeout as sleep } from 'node:timers/promises';
import { thrift } from 'hive-driver';
import { FetchOrientation } from 'hive-driver/dist/hive/Types/index.js';
import { abortable } from '../../core/abort.ts';
import type { Connection, Operation } from './connection.ts';
import { fromOperation } from './hive-error.ts';
import { type Page, pageOf, type RawColumn } from './page.ts';

const PAGE_ROWS = 10_000;
/** Hive holds a status back until there is news; other servers answer at once, so asking again waits. */
const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 200;

const STATES = (thrift.TCLIService_types as { TOperationState: Record<string, number> }).TOperationState;
const UNDER_WAY = [STATES.INITIALIZED_STATE, STATES.RUNNING_STATE, STATES.PENDING_STATE];

/** One statement on one connection. It must be ended. */
export class Statement {
  readonly #connection: Connection;
  readonly #operation: Promise<Operation>;
  /** Whether the server is done with it, so that there is nothing to cancel. */
  #done = false;

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#operation = connection.start(sql);
    // Nobody may be waiting any more when it fails.
    this.#operation.catch(() => undefined);
  }

  /** Waits until Hive has taken it in: parsed, and planned. @throws EngineError, or the signal's reason */
  async started(signal: AbortSignal): Promise<void> {
    await abortable(this.#operation, signal);
  }

  /** Waits until it has run, where nobody wants its result. @throws EngineError, or the signal's reason */
  async finish(signal: AbortSignal): Promise<void> {
    await this.#hasRun(signal);
    this.#done = true;
  }

  async #hasRun(signal: AbortSignal): Promise<void> {
    const operation = await abortable(this.#operation, signal);
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
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

  /** Its result. The next page is fetched while the caller is at work on one. */
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
   * Cancels it where it isn't done, and lets the server forget it.
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
