import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Problem } from '../../core/problem.ts';
import { problemOf } from '../problems.ts';
import { argumentOf } from './names.ts';

/** What an error was before GraphQL wrapped it. */
export function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalOf(error.originalError) : error;
}

/**
 * An error as it is sent: GraphQL's own as they are; a Problem with its members in `extensions`;
 * of anything else only that it happened.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = originalOf(error);
  if (original instanceof GraphQLError) return formatted;
  const problem = problemOf(original);
  const { parameter, allowed, reason, hint, retryAfterS } = problem.members;
  return {
    ...formatted,
    message: problem.message,
    extensions: {
      ...formatted.extensions,
      code: problem.code.replaceAll('-', '_').toUpperCase(),
      problem: problem.code,
      status: problem.status,
      ...(parameter === undefined ? {} : { parameter: argumentOf(parameter) }),
      ...(allowed === undefined ? {} : { allowed }),
      ...(reason === undefined ? {} : { reason }),
      ...(hint === undefined ? {} : { hint }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    },
  };
}

/** A Problem that refuses a whole request, which HTTP's status then says as well. */
export function refusal(problem: Problem, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(problem.message, {
    originalError: problem,
    extensions: { ...extensions, http: { status: problem.status } },
  });
}
