import {
  type CallToolResult,
  createMcpHandler,
  McpServer,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import { problemInWords } from '../../core/problem.ts';
import { logProblem, problemOf } from '../http/problems.ts';
import { ask } from './ask.ts';
import { explain } from './explain.ts';
import { findMetric } from './find-metric.ts';
import { findValues } from './find-values.ts';
import type { Json, Tool, ToolContext } from './tool.ts';

/** Every tool. A new one is a file and its name here. */
export const TOOLS: readonly Tool[] = [findMetric, findValues, ask, explain];

const INSTRUCTIONS =
  'A public analytics data API: page views, unique devices, edits, editors and data sets, pre-aggregated. Find a metric, then the exact spelling of values, then ask. Never add up measures that are not additive, such as devices. Say source, licence and link beside numbers.';

/** Answers one request of MCP, of the revision of 2026 or of those of 2025. @param message its body, parsed */
export async function answerMcp(request: Request, message: unknown, context: ToolContext): Promise<Response> {
  const { fetch, close } = createMcpHandler(() => mcpServer(context), { maxSubscriptions: 0 });
  try {
    return await fetch(request, { parsedBody: message });
  } finally {
    await close();
  }
}

/** Makes the server for one request. It holds nothing between requests. */
function mcpServer(context: ToolContext): McpServer {
  const server = new McpServer(
    { name: 'kraken', title: 'Kraken', version: '1' },
    { instructions: INSTRUCTIONS },
  );
  for (const tool of TOOLS) {
    const { name, title, description } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: schemaOf(tool, context),
        annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      },
      (args) => called(tool, args, context),
    );
  }
  return server;
}

/**
 * The schema of a tool's arguments. They are checked by the tool itself: its messages name the argument and what is
 * allowed, so that a model can mend its call.
 */
function schemaOf(tool: Tool, { road }: ToolContext): StandardSchemaWithJSON<Json, Json> {
  const schema = (): Record<string, unknown> => ({ ...tool.inputSchema(road) });
  return {
    '~standard': {
      version: 1,
      vendor: 'kraken',
      validate: (value: unknown) => ({ value: value as Json }),
      jsonSchema: { input: schema, output: schema },
    },
  };
}

/** What went wrong is an answer, too: errors of the protocol don't reach the model. */
async function called(tool: Tool, args: Json, context: ToolContext): Promise<CallToolResult> {
  try {
    const answer = { ...(await tool.call(args, context)) };
    return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer };
  } catch (error) {
    const problem = problemOf(error);
    logProblem(context.log, error, problem, { tool: tool.name });
    const { parameter, allowed, reason, retryAfterS } = problem.members;
    const told = {
      error: problemInWords(problem),
      code: problem.code,
      ...(parameter === undefined ? {} : { parameter }),
      ...(allowed === undefined ? {} : { allowed }),
      ...(reason === undefined ? {} : { reason }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    };
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(told) }] };
  }
}
