/** The promise, or a rejection as soon as the signal is aborted. The promise itself goes on. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
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
