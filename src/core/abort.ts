interface Followers {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}
const followers = new WeakMap<AbortSignal, Followers>();

/**
 * Calls back when a signal is aborted. However many follow a signal, it has one listener: a signal
 * searches all of its listeners whenever one is added, and Node warns of a leak when there are eleven.
 * @returns ends it
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
 * The promise, or a rejection as soon as the signal is aborted. The promise itself goes on. Its own
 * rejection is handled in every case: one that nobody handles would end the process.
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
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** To be called when nobody waits any more. */
  end(): void;
}

/**
 * Waits as long as a signal allows, but no longer than so many ms. (`AbortSignal.any` over
 * `AbortSignal.timeout` isn't it: Node 20 lets go of a timeout that only such a signal follows, and
 * then it never fires.)
 */
export function timeLimitOf(signal: AbortSignal, ms: number): TimeLimit {
  const controller = new AbortController();
  const give = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no more than ${ms} ms were to be waited`, 'TimeoutError'));
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
