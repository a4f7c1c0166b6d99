import { readFileSync } from 'node:fs';

/** An answer that a server only has to send. */
export interface FinishedAnswer {
  /** Alternating names and values, without those that node:http adds. */
  readonly headers: string[];
  readonly body: string;
}

export function readFinished(path: string): FinishedAnswer {
  return JSON.parse(readFileSync(path, 'utf8')) as FinishedAnswer;
}
