import { PAGEVIEW } from '../../streams/pageview.ts';
import type { FieldType } from '../../streams/stream.ts';
import { TRACKERS } from '../trackers/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** The schemas of query parameters, by the type of the field. A time is a text. */
const SCHEMAS: Readonly<Record<FieldType | 'json', Json>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
  json: { type: 'string' },
};

const COLLECTED = ' Only gateways that collect events have this path (`KRAKEN_COLLECT`).';

/** Returns the paths under which events are collected, for the OpenAPI document. */
export function collectPaths(): Json {
  return { ...eventPaths(), ...pageviewPaths(), ...beaconPaths(), ...trackerPaths() };
}

const problem = (name: string): Json => ({ $ref: `#/components/responses/${name}` });
const REFUSALS = {
  400: problem('BadRequest'),
  413: problem('TooLarge'),
  429: problem('TooManyRequests'),
  503: problem('Unavailable'),
};
const ACCEPTED = { 204: { description: 'The event is on disk.' }, ...REFUSALS };
const PIXEL = {
  200: {
    description: 'The event is on disk. The answer is a picture of one pixel.',
    content: { 'image/gif': { schema: { type: 'string', format: 'binary' } } },
  },
  ...REFUSALS,
};

function parameter(name: string, description: string, schema: Json = SCHEMAS.text): Json {
  return { name, in: 'query', required: false, description, schema };
}

function eventPaths(): Json {
  const event = {
    type: 'object',
    description: 'An event: the fields of its stream, and `meta`.',
    properties: {
      meta: {
        type: 'object',
        properties: {
          stream: { type: 'string', description: 'The name of the stream.' },
          id: { type: 'string', maxLength: 128, description: 'Tells repeats apart.' },
          domain: { type: 'string', maxLength: 255 },
        },
      },
    },
  };
  const failure = (status: string, description: string): Json => ({
    type: 'array',
    description,
    items: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: [status] },
        event: { description: 'The event as it was sent.' },
        context: { type: 'object', properties: { message: { type: 'string' } } },
      },
    },
  });
  const failures = {
    type: 'object',
    properties: {
      invalid: failure('invalid', 'Refused events. Sent again, they are refused again.'),
      error: failure('error', 'Events that the log did not take. Send them again.'),
    },
  };
  const report = (description: string): Json => ({
    description,
    content: { 'application/json': { schema: failures } },
  });
  return {
    '/v1/events': {
      post: {
        operationId: 'collect-events',
        tags: ['collect'],
        summary: 'Collect events',
        description: `Takes an event or a list of events, with the meanings of Wikimedia's EventGate. Each event is accepted or refused by itself.${COLLECTED}`,
        parameters: [
          parameter('stream', 'The stream of events that have no `meta.stream`.'),
          parameter('schema_uri', 'The `$schema` of events that have none.'),
          parameter('hasty', '`true`: the answer does not wait for the disk.', {
            type: 'string',
            enum: ['true'],
          }),
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { oneOf: [event, { type: 'array', items: event }] } } },
        },
        responses: {
          201: { description: 'All events are on disk.' },
          202: { description: 'With `hasty=true`: received, but not yet on disk.' },
          207: report('Some events are on disk. The body has the others.'),
          ...REFUSALS,
          400: {
            description: 'No event was accepted.',
            content: {
              'application/json': { schema: failures },
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
      },
    },
  };
}

function pageviewPaths(): Json {
  const parameters = [
    parameter('url', 'The address of the page, instead of `site` and `path`. By default the Referer header.'),
    parameter('id', 'The id of the view, which tells repeats apart.'),
    ...PAGEVIEW.fields.map(({ name, type, description = '' }) => parameter(name, description, SCHEMAS[type])),
  ];
  const description = `Takes a view of a page.${COLLECTED}`;
  const shared = { tags: ['collect'], description, parameters };
  return {
    '/pageview': {
      get: {
        operationId: 'collect-pageview',
        ...shared,
        summary: 'Collect a page view, by URL',
        responses: ACCEPTED,
      },
      post: {
        operationId: 'collect-pageview-body',
        ...shared,
        summary: 'Collect a page view',
        requestBody: {
          required: false,
          description: 'The same members, as JSON or as a form.',
          content: {
            'application/json': { schema: { type: 'object' } },
            'application/x-www-form-urlencoded': { schema: { type: 'object' } },
          },
        },
        responses: ACCEPTED,
      },
    },
    '/pageview.gif': {
      get: {
        operationId: 'collect-pageview-pixel',
        ...shared,
        summary: 'Collect a page view, by a picture',
        responses: PIXEL,
      },
    },
  };
}

function beaconPaths(): Json {
  const operation = (id: string, summary: string, responses: Json): Json => ({
    operationId: id,
    tags: ['collect'],
    summary,
    description: `Takes an event in the form of MediaWiki's EventLogging: after \`?\`, its JSON percent-encoded, then \`;\`.${COLLECTED}`,
    responses,
  });
  return {
    '/beacon/event': {
      get: operation('collect-beacon', 'Collect an event of EventLogging', ACCEPTED),
      post: operation('collect-beacon-post', 'Collect an event of EventLogging, by sendBeacon', ACCEPTED),
    },
    '/event.gif': {
      get: operation('collect-beacon-pixel', 'Collect an event of EventLogging, by a picture', PIXEL),
    },
  };
}

function trackerPaths(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { name, routes } of TRACKERS) {
    for (const { method, url } of routes) {
      const body = { required: false, content: { '*/*': { schema: { type: 'string' } } } };
      (paths[url] ??= {})[method.toLowerCase()] = {
        operationId: `collect-${name}-${method.toLowerCase()}${url.replaceAll(/[^a-z0-9]+/gi, '-')}`,
        tags: ['collect'],
        summary: `Collect what a tracker of ${name} sends`,
        description: `Takes events in the form of ${name}'s trackers.${COLLECTED}`,
        ...(method === 'POST' && { requestBody: body }),
        responses: { 200: { description: 'What the tracker expects.' }, ...REFUSALS },
      };
    }
  }
  return paths;
}
