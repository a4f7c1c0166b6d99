import type { Client } from '#hbase-thrift/THBaseService';
import type { Gateway } from './address.ts';
import { CallError, hbaseError } from './call-error.ts';
import { Connection, gatewayName } from './connection.ts';
import { onAbort } from '../../core/abort.ts';

/** The timeout of a call, waiting included, in ms. Callers may set a shorter one. */
const CALL_MS = 30_000;
/** The maximum number of calls that wait for a connection. */
const MAX_WAITING = 1000;
/** How long an abandoned call may keep its connection busy, in ms. */
const GRACE_MS = 1000;
/** How long a failed gateway is avoided, in ms. The pause doubles each time, up to the maximum. */
const PAUSE_MS = { first: 100, max: 2000 };

interface Call {
  readonly what: string;
  readonly send: (client: Client) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** The connection that makes the call; undefined while it waits. */
  connection: Connection | undefined;
  settled: boolean;
}

/** The connections and the condition of one gateway. */
interface Line {
  readonly gateway: Gateway;
  readonly idle: Connection[];
  readonly busy: Set<Connection>;
  connecting: number;
  pausedUntil: number;
  pauseMs: number;
}

/**
 * Connections to the gateways. A call goes to the gateway with the least load. A gateway that can't be
 * reached or doesn't answer is avoided for a while, and the others serve. If none is left, calls fail at
 * once. A failed call is never repeated, because HBase may have done it.
 */
export class Pool {
  readonly #lines: readonly Line[];
  readonly #connections: number;
  readonly #waiting: Call[] = [];
  #closed = false;
  #failure = 'no gateway';

  /** @param connections the maximum number of connections to each gateway */
  constructor(gateways: readonly Gateway[], connections: number) {
    this.#connections = connections;
    this.#lines = gateways.map((gateway) => ({
      gateway,
      idle: [],
      busy: new Set(),
      connecting: 0,
      pausedUntil: 0,
      pauseMs: PAUSE_MS.first,
    }));
  }

  /**
   * Makes a call on the first free connection.
   * @param what describes the call in messages
   * @param signal rejects the call at once with its reason; HBase still does what was sent
   * @param ms the timeout
   * @throws EngineError when no gateway can be reached, the connection ends, HBase refuses, the timeout
   *   passes, or too many calls wait
   */
  run<Result>(
    what: string,
    send: (client: Client) => Promise<Result>,
    signal?: AbortSignal,
    ms = CALL_MS,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) throw hbaseError('The series store is closed.');
      if (this.#waiting.length >= MAX_WAITING)
        throw hbaseError(`${what}: ${MAX_WAITING} calls are already waiting`);
      const settle = (give: () => void): void => {
        if (call.settled) return;
        call.settled = true;
        clearTimeout(timer);
        stop?.();
        give();
      };
      const call: Call = {
        what,
        send,
        resolve: (value) => settle(() => resolve(value as Result)),
        reject: (error) => settle(() => reject(error)),
        connection: undefined,
        settled: false,
      };
      const give = (): void => {
        call.reject(signal?.reason as Error);
        this.#abandon(call, GRACE_MS);
      };
      const timer = setTimeout(() => {
        call.reject(hbaseError(`${what}: HBase gave no answer within ${ms} ms`));
        this.#abandon(call, 0);
      }, ms).unref();
      const stop = signal && onAbort(signal, give);
      this.#waiting.push(call);
      this.#dispatch();
    });
  }

  /** Ends every connection, and rejects every call. */
  close(): void {
    this.#closed = true;
    for (const call of this.#waiting.splice(0)) call.reject(hbaseError('The series store is closed.'));
    for (const { idle, busy } of this.#lines) {
      for (const connection of [...idle, ...busy]) connection.end('the series store was closed');
    }
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const lines = this.#usable();
      const least = lines[0];
      if (!least) return this.#failAll();
      const ready = lines.find(({ idle }) => idle.length > 0);
      // A connection is opened even if another gateway is free, so that all gateways get their share.
      if (least.idle.length === 0) this.#connect(least);
      const connection = ready?.idle.pop();
      if (!ready || !connection) return;
      void this.#make(this.#waiting.shift() as Call, ready, connection);
    }
  }

  /** Returns the gateways that aren't avoided, the least loaded first. */
  #usable(): Line[] {
    const now = performance.now();
    const usable = this.#lines.filter(({ pausedUntil }) => pausedUntil <= now);
    return usable.length > 1 ? usable.sort((a, b) => load(a) - load(b)) : usable;
  }

  /** Rejects all waiting calls, unless a call or connection in progress may still free a gateway. */
  #failAll(): void {
    if (this.#lines.some(({ busy, connecting }) => busy.size + connecting > 0)) return;
    for (const call of this.#waiting.splice(0)) call.reject(hbaseError(`${call.what}: ${this.#failure}`));
  }

  /**
   * Opens another connection if the limit allows it and more calls are waiting than connections are opening.
   */
  #connect(line: Line): void {
    if (load(line) >= this.#connections || line.connecting >= this.#waiting.length) return;
    void this.#open(line).finally(() => this.#dispatch());
  }

  async #open(line: Line): Promise<void> {
    line.connecting++;
    try {
      const connection = await Connection.open(line.gateway, () => {
        const at = line.idle.findIndex(({ ended }) => ended);
        if (at !== -1) line.idle.splice(at, 1);
      });
      if (this.#closed) connection.end('the series store was closed');
      else line.idle.push(connection);
    } catch (error) {
      this.#pause(line, error instanceof Error ? error.message : String(error));
    } finally {
      line.connecting--;
    }
  }

  async #make(call: Call, line: Line, connection: Connection): Promise<void> {
    line.busy.add(connection);
    call.connection = connection;
    try {
      call.resolve(await connection.call(call.what, call.send));
      line.pauseMs = PAUSE_MS.first;
    } catch (error) {
      call.reject(error as Error);
      if (error instanceof CallError) line.pauseMs = PAUSE_MS.first;
    }
    call.connection = undefined;
    line.busy.delete(connection);
    if (!connection.ended) line.idle.push(connection);
    this.#dispatch();
  }

  /** Drops a call that nobody waits for. Its connection is given up unless the answer comes soon. */
  #abandon(call: Call, graceMs: number): void {
    const at = this.#waiting.indexOf(call);
    if (at !== -1) this.#waiting.splice(at, 1);
    const { connection } = call;
    if (!connection) return;
    const giveUp = (): void => {
      if (call.connection !== connection) return;
      const line = this.#lines.find(({ busy }) => busy.has(connection));
      if (line) this.#pause(line, `${gatewayName(line.gateway)} doesn't answer`);
      connection.end("the gateway doesn't answer");
    };
    if (graceMs === 0) giveUp();
    else setTimeout(giveUp, graceMs).unref();
  }

  #pause(line: Line, why: string): void {
    this.#failure = why;
    line.pausedUntil = performance.now() + line.pauseMs;
    line.pauseMs = Math.min(line.pauseMs * 2, PAUSE_MS.max);
  }
}

function load({ busy, connecting }: Line): number {
  return busy.size + connecting;
}
