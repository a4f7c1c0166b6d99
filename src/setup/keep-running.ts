/**
 * Starts work that goes on beside other work until it is stopped.
 * @param work ends when its signal is aborted
 * @returns a function that stops it and waits for what is under way
 */
export function keepRunning(work: (signal: AbortSignal) => Promise<void>): () => Promise<void> {
  const ending = new AbortController();
  const running = work(ending.signal);
  return async () => {
    ending.abort(new Error('it is stopped'));
    await running;
  };
}
