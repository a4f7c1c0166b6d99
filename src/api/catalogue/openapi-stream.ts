import type { Json } from './openapi-schemas.ts';

const EVENTS =
  'Each event has a JSON object as its data: `point`, `provisional` and `correction` a row as REST has it, `heartbeat` the time, `reset` and `end` a reason.';

/** What answers that can be followed have besides their formats. */
export const EVENT_STREAM: Json = {
  'text/event-stream': {
    schema: {
      type: 'string',
      description: `If Accept asks for it, or with \`?stream\`: the rows, then each change, as server-sent events. ${EVENTS} \`?stream&format=ndjson\` has an event on each line, and \`?wait=25\` is a long poll. \`lastEventId\`, or the header \`Last-Event-ID\`, names the last event that the client has; \`heartbeat\` the seconds of silence before a heartbeat. \`?offset=-1\` reads by the protocol of Durable Streams, and \`&live=long-poll\` or \`&live=sse\` goes on.`,
    },
  },
};

/** Returns the path that follows several answers. */
export function streamPaths(): Json {
  const parameter = (name: string, description: string, schema: Json): Json => ({
    name,
    in: 'query',
    required: false,
    description,
    schema,
  });
  const seconds = (minimum: number, byDefault: number): Json => ({
    type: 'integer',
    minimum,
    maximum: 60,
    default: byDefault,
  });
  const event = {
    type: 'object',
    required: ['event', 'data'],
    properties: {
      event: {
        type: 'string',
        enum: ['point', 'provisional', 'correction', 'heartbeat', 'reset', 'end'],
      },
      data: {
        type: 'object',
        description: '`q` says which question, counted from 0, and `data` has the data of its event.',
      },
      id: { type: 'string' },
    },
  };
  return {
    '/stream': {
      get: {
        operationId: 'stream',
        tags: ['stream'],
        summary: 'Follow several answers on one connection',
        description: `Sends the rows of each answer, then each change. ${EVENTS} Here it is \`{"q": 0, "data": …}\`, which says whose data it is.`,
        parameters: [
          {
            ...parameter('q', 'An answer to follow: a URL of `/metrics/…` or `/query?…`. Once for each.', {
              type: 'array',
              items: { type: 'string' },
              minItems: 1,
            }),
            required: true,
            style: 'form',
            explode: true,
          },
          parameter('heartbeat', 'The seconds of silence before a heartbeat.', seconds(1, 15)),
          parameter('wait', 'Asks for a long poll that waits at most so many seconds.', seconds(0, 25)),
          parameter('lastEventId', 'The id of the last event that the client has.', { type: 'string' }),
          parameter(
            'offset',
            'Reads by the protocol of Durable Streams, from this offset on: `-1`, `now` or a `Stream-Next-Offset`.',
            { type: 'string', examples: ['-1', 'now'], minLength: 2 },
          ),
          parameter('format', 'An event on each line.', { type: 'string', enum: ['ndjson'] }),
        ],
        responses: {
          200: {
            description: 'The events.',
            content: {
              'text/event-stream': { schema: { type: 'string' } },
              'application/x-ndjson': { schema: { type: 'string' } },
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['events', 'lastEventId'],
                  properties: {
                    events: { type: 'array', items: event },
                    lastEventId: { type: 'string' },
                  },
                },
              },
            },
          },
          400: { $ref: '#/components/responses/BadRequest' },
          429: { $ref: '#/components/responses/TooManyRequests' },
          503: { $ref: '#/components/responses/Unavailable' },
        },
      },
    },
  };
}
