import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** Views of pages, whoever tells of them: the script, a pixel, a tracker, a server's log. */
export const PAGEVIEW: Stream = {
  ...streamOf({
    stream: 'pageview',
    title: 'Views of pages',
    owner: 'Kraken',
    fields: {
      site: { type: 'text', required: true, longest: 255, description: "The page's host: en.wikipedia.org." },
      path: { type: 'text', required: true, description: "The page's path, with its query." },
      title: { type: 'text', description: "The page's title, where who tells of the view knows it." },
      referrer: { type: 'text', description: 'The address of the page that led to it.' },
      user_agent: { type: 'text', personal: true, description: "The browser's User-Agent." },
      language: {
        type: 'text',
        longest: 1_000,
        personal: true,
        description: "The browser's Accept-Language.",
      },
      address: { type: 'text', longest: 45, personal: true, description: 'The address it was asked from.' },
      last_access: {
        type: 'text',
        longest: 11,
        description: 'The day of the last view, 01-Mar-2024, by the cookie that holds nothing else.',
      },
      last_access_global: { type: 'text', longest: 11, description: 'The same, over all hosts of a domain.' },
      no_cookies: { type: 'boolean', description: 'Whether it came without any cookie.' },
      privacy: {
        type: 'text',
        values: ['gpc', 'dnt'],
        description:
          'What was asked for: Global Privacy Control, Do Not Track. No cookie is set then, no address kept.',
      },
      is_bot: {
        type: 'boolean',
        description: 'Whether its User-Agent is one of a program, such as a crawler.',
      },
      source: {
        type: 'text',
        longest: 100,
        description: 'By what it was told: the script, a pixel, a tracker.',
      },
      status: { type: 'integer', description: "The answer's HTTP status, where a server tells of the view." },
      content_type: { type: 'text', longest: 255, description: "The answer's Content-Type, likewise." },
    },
    retention: '7 days',
    personal: { keep: '7 days' },
    repeats: '1 day',
  }),
  site: 'site',
};
