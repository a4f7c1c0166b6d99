import type { FastifyInstance } from 'fastify';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { nearest, suggestion } from '../../core/value/nearest.ts';
import type { Followed } from '../../feed/snapshot.ts';
import type { Road } from '../../read/road.ts';
import { answerOptions } from '../http/headers.ts';
import { LISTEN_PARAMETERS, listeningTo } from '../listen/asked.ts';
import type { Listeners } from '../listen/listeners.ts';
import { followedQuery, QUERY_ROUTE } from '../query/query-routes.ts';
import { followedPath, splitUrl } from '../rest/metrics.ts';

export const STREAM_ROUTE = '/stream';
/** The parameter that names a question. It is given once for each. */
const QUESTION = 'q';
const PARAMETERS = [QUESTION, ...LISTEN_PARAMETERS, 'format'];

export interface StreamOptions {
  readonly road: Road;
  readonly listeners: Listeners;
}

/** Registers `/stream`, which follows several answers on one connection: `?q=/metrics/…&q=/query?…`. */
export function registerStream(app: FastifyInstance, { road, listeners }: StreamOptions): void {
  app.get(STREAM_ROUTE, async (request, reply) => {
    const listening = listeningTo(request);
    const questions: Followed[] = [];
    for (const [name, value] of new URLSearchParams(listening.query)) {
      if (name !== QUESTION)
        throw new Problem(
          'unknown-parameter',
          `There is no query parameter ${name}${suggestion(nearest(name, PARAMETERS))}`,
          { parameter: name, allowed: PARAMETERS },
        );
      if (questions.length === listeners.questions)
        throw invalidParameter(
          QUESTION,
          `A connection has at most ${listeners.questions} questions.`,
          `at most ${listeners.questions}`,
        );
      questions.push(questionOf(road, value, questions.length));
    }
    if (questions.length === 0)
      throw invalidParameter(QUESTION, 'Which answers are to be followed?', ALLOWED);
    return listeners.answer(request, reply, listening, questions);
  });
  answerOptions(app, STREAM_ROUTE, 'GET');
}

const ALLOWED = 'paths of this API with their queries, percent-encoded: /metrics/… or /query?…';

/** Reads one question. @throws Problem that says which one it is */
function questionOf(road: Road, url: string, place: number): Followed {
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  try {
    const split = splitUrl(url);
    if (split) return followedPath(road, split.path, query);
    if ((mark < 0 ? url : url.slice(0, mark)) === QUERY_ROUTE) return followedQuery(road, query);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const { parameter } = error.members;
    const where = `${QUESTION}[${place}]`;
    throw new Problem(
      error.code === 'no-route' ? 'invalid-parameter' : error.code,
      `${where}${parameter === undefined ? '' : `, ${parameter}`}: ${error.message}`,
      { ...error.members, parameter: where },
    );
  }
  throw invalidParameter(`${QUESTION}[${place}]`, `${QUESTION}[${place}] is no question.`, ALLOWED);
}
