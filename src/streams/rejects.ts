import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** The maximum length of a reject's `body`, in characters. */
export const REJECT_BODY = 10_000;

/** Events and lines that could not be read or did not fit their stream, with the reason. */
export const REJECTS: Stream = {
  ...streamOf({
    stream: 'rejects',
    title: 'Events and lines that were refused',
    owner: 'Kraken',
    fields: {
      stream: {
        type: 'text',
        longest: 200,
        description: 'The stream that was meant, if the event names one.',
      },
      reason: { type: 'text', required: true, longest: 1000, description: 'Why it was refused.' },
      source: {
        type: 'text',
        longest: 1000,
        description: 'Where it came from: events, pageview, the name of a tracker, a file of log lines.',
      },
      body: {
        type: 'text',
        longest: REJECT_BODY,
        personal: true,
        description: 'What was sent, or the line: the first 10,000 characters.',
      },
      hostname: {
        type: 'text',
        longest: 255,
        description: 'The host that wrote the line, if that is known.',
      },
      sequence: {
        type: 'integer',
        description: 'The number that the host gave the line, if it could be read.',
      },
    },
    retention: '7 days',
    personal: { keep: '7 days' },
    repeats: '1 day',
  }),
  filledBy: 'kraken',
};
