import { abortable, timeLimitOf } from '../core/abort.ts';
import { EngineError } from '../core/engine-error.ts';
import { Problem, problemInWords } from '../core/problem.ts';

/** The maximum time that a part of a page waits for its numbers, in ms. */
const TIME_LIMIT_MS = 4000;

/**
 * Makes a part of a page within a time limit. If it fails, a sentence takes its place, and the other parts
 * of the page are unaffected.
 * @param instead makes the replacement of the part; it gets a sentence that says why the part failed
 * @throws errors that aren't the fault of the question or of an engine; the signal's reason if the client went away
 */
export async function withTimeLimit<T>(
  signal: AbortSignal,
  make: (signal: AbortSignal) => Promise<T>,
  instead: (sentence: string) => T,
): Promise<T> {
  const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
  try {
    return await abortable(make(timeLimit.signal), timeLimit.signal);
  } catch (error) {
    if (error instanceof Problem) return instead(problemInWords(error));
    if (error instanceof EngineError) return instead('The data can’t be read at the moment.');
    if (signal.aborted || !timeLimit.signal.aborted) throw error;
    return instead('Reading the data took too long. Try again in a while.');
  } finally {
    timeLimit.end();
  }
}
