interface Followers {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}
const followers = new WeakMap<AbortSignal, Followers>();

/**
 * Calls `give` when a signal is aborted. All callbacks of a signal share one listener: a signal searches
 * its listeners whenever one is added, and Node warns of a leak when there are eleven.
 * @returns a function that removes the callback
 */
export function onAbort(signal: AbortSignal, give: () => void): () => void {
  let known = followers.get(signal);
  if (!known) {
    const all = new Set<() => void>();
    const tell = (): void => {
      for (const one of all) one();
    };
    followers.set(signal, (known = { all, tell }));
    signal.addEventListener('abort', tell, { once: true });
  }
  const { all, tell } = known;
  const follower = (): void => give();
  all.add(follower);
  return () => {
    if (!all.delete(follower) || all.size > 0) return;
    signal.removeEventListener('abort', tell);
    followers.delete(signal);
  };
}

/**
 * Settles as the promise does, or rejects as soon as the signal is aborted. The work behind the promise
 * continues. A later rejection of it is handled here, because an unhandled one would end the process.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    const stop = onAbort(signal, give);
    const settled = (settle: () => void): void => {
      stop();
      settle();
    };
    promise.then(
      (value) => settled(() => resolve(value)),
      (error: Error) => settled(() => reject(error)),
    );
  });
}

/**
 * Yields what a source yields, until the signal is aborted. Then the signal's reason is thrown at once,
 * even if the source hangs. In every case the source's `return` is called at the end, without waiting.
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

/** A signal that is aborted by another signal or after some time. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Stops the timer. It has to be called when the work has ended. */
  end(): void;
}

/**
 * Limits some work to `ms` and to a signal. `AbortSignal.any` with `AbortSignal.timeout` doesn't work:
 * Node 20 collects a timeout that only such a signal refers to, and then it never fires.
 */
export function timeLimitOf(signal: AbortSignal, ms: number): TimeLimit {
  const controller = new AbortController();
  const give = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`timed out after ${ms} ms`, 'TimeoutError'));
  }, ms);
  if (signal.aborted) give();
  const stop = onAbort(signal, give);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      stop();
    },
  };
}
