import { EngineError } from '../core/engine-error.ts';
import type { Rows } from '../core/metric/table.ts';
import type { Groups } from '../core/question/aggregation.ts';
import type { LiveNumbers } from '../read/live.ts';
import type { CopiedError, CounterMessage, CounterRequest, Port } from './counter-messages.ts';

/** Answers the calls of a `RemoteCounter` in another thread. */
export function answerCalls(port: Port<CounterMessage, CounterRequest>, tables: LiveNumbers['tables']): void {
  const underWay = new Map<number, AbortController>();
  port.on('message', (request) => {
    if ('leave' in request) underWay.get(request.leave)?.abort(new Error('nobody waits for it'));
    if (!('call' in request)) return;
    const { number } = request;
    const ending = new AbortController();
    underWay.set(number, ending);
    const pieces: AsyncIterable<Rows | Groups> =
      request.call === 'select'
        ? tables.select(request.asked, ending.signal)
        : tables.aggregate(request.asked, ending.signal);
    void allOf(pieces)
      .then(
        (found) => port.postMessage({ answer: number, found }),
        (error: unknown) => port.postMessage({ answer: number, error: copied(error) }),
      )
      .finally(() => underWay.delete(number));
  });
}

async function allOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** What a thread can copy of an error. */
export function copied(error: unknown): CopiedError {
  const { message, stack } = error as Error;
  return { message, stack, engine: error instanceof EngineError ? error.engine : undefined };
}
