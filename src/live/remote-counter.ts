import { abortable } from '../core/abort.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Counting, NotCounting } from '../core/question/counting.ts';
import type { LiveNumbers } from '../read/live.ts';
import type { CopiedError, CounterMessage, CounterRequest, Port, TableCalls } from './counter-messages.ts';
import { STARTING } from './standing.ts';

interface Waiting {
  readonly resolve: (found: readonly unknown[]) => void;
  readonly reject: (error: Error) => void;
}

export interface RemoteCounterParts {
  /** Called when numbers may have changed. */
  readonly onChange: () => void;
  /** Called when a round of counting failed. */
  readonly onFailure: (error: Error) => void;
}

/** The numbers of a counter in another thread, while one is connected. */
export class RemoteCounter implements LiveNumbers {
  readonly #parts: RemoteCounterParts;
  readonly #waiting = new Map<number, Waiting>();
  #port: Port<CounterRequest, CounterMessage> | undefined;
  #asks = 0;
  #counting: Counting | NotCounting = STARTING;
  #held = 0;

  readonly tables: LiveNumbers['tables'] = {
    select: (asked, signal) => this.#call('select', asked, signal),
    aggregate: (asked, signal) => this.#call('aggregate', asked, signal),
  };

  constructor(parts: RemoteCounterParts) {
    this.#parts = parts;
  }

  get counting(): Counting | NotCounting {
    return this.#counting;
  }

  /** How many views are held. */
  get held(): number {
    return this.#held;
  }

  connect(port: Port<CounterRequest, CounterMessage>): void {
    this.#port = port;
    port.on('message', (message) => {
      if (this.#port === port) this.#take(message);
    });
  }

  /** Nothing is counted any more. Whoever waits for an answer is told so. */
  disconnect(): void {
    this.#port = undefined;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
    this.#held = 0;
    if (this.#counting === STARTING) return;
    this.#counting = STARTING;
    this.#parts.onChange();
  }

  #take(message: CounterMessage): void {
    if ('held' in message) {
      const { counting, held } = message;
      this.#held = held;
      if (!counting) return;
      this.#counting = counting;
      this.#parts.onChange();
    } else if ('failed' in message) {
      this.#parts.onFailure(errorOf(message.failed));
    } else {
      const waiting = this.#waiting.get(message.answer);
      this.#waiting.delete(message.answer);
      if ('found' in message) waiting?.resolve(message.found);
      else waiting?.reject(errorOf(message.error));
    }
  }

  /** Yields what a call finds. @throws EngineError; the signal's reason once it is aborted */
  async *#call<C extends keyof TableCalls>(
    call: C,
    asked: TableCalls[C]['asked'],
    signal: AbortSignal,
  ): AsyncGenerator<TableCalls[C]['found']> {
    signal.throwIfAborted();
    const port = this.#port;
    if (!port) throw gone();
    const number = ++this.#asks;
    const answer = new Promise<readonly unknown[]>((resolve, reject) =>
      this.#waiting.set(number, { resolve, reject }),
    );
    port.postMessage({ number, call, asked } as CounterRequest);
    try {
      yield* (await abortable(answer, signal)) as readonly TableCalls[C]['found'][];
    } finally {
      if (this.#waiting.delete(number)) port.postMessage({ leave: number });
    }
  }
}

function gone(): EngineError {
  return new EngineError('counter', 'open periods aren’t counted at the moment');
}

function errorOf({ message, stack, engine }: CopiedError): Error {
  const error = engine === undefined ? new Error(message) : new EngineError(engine, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
