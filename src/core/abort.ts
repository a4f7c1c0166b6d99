/** The promise, or a rejection as soon as the signal is aborted. The promise itself goes on. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Its own failure, that of the same abort for instance, has nobody else who listens.
    promise.catch(() => undefined);
    signal.throwIfAborted();
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    const settled = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    promise.then(
      (value) => settled(() => resolve(value)),
      (error: Error) => settled(() => reject(error)),
    );
  });
}

/**
 * What a source gives, until the signal is aborted: then its reason is thrown at once, also while
 * the source hangs. The source is told of the end (`return`), however that comes, but not waited for.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await abortable(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    iterator.return?.().catch(() => undefined);
  }
}

/** How long somebody waits: aborted with the asker's signal, or when the time is over. */
export interface Patience {
  readonly signal: AbortSignal;
  /** To be called when nobody waits any more. */
  end(): void;
}

/**
 * Waits as long as a signal allows, but no longer than so many ms. (`AbortSignal.any` over
 * `AbortSignal.timeout` isn't it: Node 20 lets go of a timeout that only such a signal follows, and
 * then it never fires.)
 */
export function patienceOf(signal: AbortSignal, ms: number): Patience {
  const controller = new AbortController();
  const give = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no more than ${ms} ms were to be waited`, 'TimeoutError'));
  }, ms);
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
    },
  };
}
