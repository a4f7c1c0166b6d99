import { abortable, timeLimitOf } from '../core/abort.ts';
import { EngineError } from '../core/engine-error.ts';
import { Problem, problemInWords } from '../core/problem.ts';

/** The longest that a part of a page waits for its numbers, in ms. */
const PATIENCE_MS = 4000;

/**
 * A part of a page, withTimeLimit a bounded time: what goes wrong with it is said in its place, and the other
 * parts are there.
 * @param instead the part, where it can't be made, from a sentence on why
 * @throws what isn't the question's or an engine's fault; the signal's reason, when the asker is gone
 */
export async function withTimeLimit<T>(
  signal: AbortSignal,
  make: (signal: AbortSignal) => Promise<T>,
  instead: (sentence: string) => T,
): Promise<T> {
  const patience = timeLimitOf(signal, PATIENCE_MS);
  try {
    return await abortable(make(patience.signal), patience.signal);
  } catch (error) {
    if (error instanceof Problem) return instead(problemInWords(error));
    if (error instanceof EngineError) return instead('The data can’t be read at the moment.');
    if (signal.aborted || !patience.signal.aborted) throw error;
    return instead('The data took too long to be read. Try again in a while.');
  } finally {
    patience.end();
  }
}
