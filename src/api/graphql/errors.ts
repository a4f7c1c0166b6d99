import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Problem } from '../../core/problem.ts';
import { problemOf } from '../http/problems.ts';
import { argumentOf } from '../../core/metric/graphql-names.ts';

/** What an error was before GraphQL wrapped it. */
export function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalOf(error.originalError) : error;
}

/**
 * An error as it is sent: GraphQL's own with a code, and what was meant where its schema tells; a Problem
 * with its members in `extensions`; of anything else only that it happened.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  suggest: (error: GraphQLError) => string,
): GraphQLFormattedError {
  const original = originalOf(error);
  if (original instanceof GraphQLError) {
    const told = coded(original, formatted);
    return { ...told, message: told.message + suggest(original) };
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
 * GraphQL's own errors, with a code for what it finds only when a field is resolved: null for an argument
 * that can't be null, by a variable; a value that no argument takes, by a variable's default or inside a
 * list. Such an error points at the value, where a defect points at a field or nowhere.
 */
function coded(error: GraphQLError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const [node] = error.nodes ?? [];
  if (formatted.extensions?.code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted;
  if (!node || node.kind === Kind.FIELD) return formatted;
  const [, argument] = /^Argument "(\w+)"/.exec(error.message) ?? [];
  const isNull = argument !== undefined && error.message.endsWith('must not be null.');
  return {
    ...formatted,
    message: isNull ? `${error.message} Leave it out to have its default, where it has one.` : error.message,
    extensions: {
      ...formatted.extensions,
      code: ApolloServerErrorCode.BAD_USER_INPUT,
      ...(argument === undefined ? {} : { parameter: argument }),
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
