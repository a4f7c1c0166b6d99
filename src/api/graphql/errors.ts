import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Problem } from '../../core/problem.ts';
import { problemOf } from '../http/problems.ts';
import { argumentOf } from '../../core/metric/graphql-names.ts';

/** Returns the error that GraphQL wrapped. */
export function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalOf(error.originalError) : error;
}

/**
 * Formats an error for the answer. GraphQL's own errors get a code, and a suggestion if the schema has one. A
 * Problem gets its members in `extensions`. Any other error shows no details.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  suggest: (error: GraphQLError) => string,
): GraphQLFormattedError {
  const original = originalOf(error);
  if (original instanceof GraphQLError) {
    const result = coded(original, formatted);
    return { ...result, message: result.message + suggest(original) };
  }
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

/**
 * Corrects the code of errors that GraphQL only finds when a field is resolved: null in a variable for an
 * argument that can't be null, or an invalid value in a variable's default or in a list. Such an error points
 * at the value, while a defect points at a field or nowhere.
 */
function coded(error: GraphQLError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const [node] = error.nodes ?? [];
  if (formatted.extensions?.code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted;
  if (!node || node.kind === Kind.FIELD) return formatted;
  const [, argument] = /^Argument "(\w+)"/.exec(error.message) ?? [];
  const isNull = argument !== undefined && error.message.endsWith('must not be null.');
  return {
    ...formatted,
    message: isNull ? `${error.message} Leave it out to get its default, if it has one.` : error.message,
    extensions: {
      ...formatted.extensions,
      code: ApolloServerErrorCode.BAD_USER_INPUT,
      ...(argument === undefined ? {} : { parameter: argument }),
    },
  };
}

/** Wraps a Problem that refuses a whole request. It also sets the HTTP status. */
export function refusal(problem: Problem, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(problem.message, {
    originalError: problem,
    extensions: { ...extensions, http: { status: problem.status } },
  });
}
