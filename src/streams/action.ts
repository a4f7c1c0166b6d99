import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** What else people do on a site, as trackers tell it: a download, a sale, a search. */
export const ACTION: Stream = streamOf({
  stream: 'action',
  title: 'What is done on pages, besides viewing them',
  owner: 'Kraken',
  fields: {
    name: {
      type: 'text',
      required: true,
      longest: 1000,
      description: 'What was done, as the tracker calls it.',
    },
    site: { type: 'text', longest: 255, description: "The page's host, where there is a page." },
    path: { type: 'text', description: "The page's path, with its query." },
    title: { type: 'text', description: "The page's title." },
    referrer: { type: 'text', description: 'The address of the page that led to it.' },
    properties: { type: 'text', description: 'What else the tracker told of it, as JSON.' },
    user_agent: { type: 'text', personal: true, description: "The browser's User-Agent." },
    language: {
      type: 'text',
      longest: 1000,
      personal: true,
      description: "The browser's Accept-Language.",
    },
    address: { type: 'text', longest: 45, personal: true, description: 'The address it was sent from.' },
    privacy: {
      type: 'text',
      values: ['gpc', 'dnt'],
      description: 'What was asked for: Global Privacy Control, Do Not Track. No address is kept then.',
    },
    is_bot: {
      type: 'boolean',
      description: 'Whether its User-Agent is one of a program, such as a crawler.',
    },
    source: { type: 'text', longest: 100, description: 'By what it was told: the name of a tracker.' },
  },
  retention: '7 days',
  personal: { keep: '7 days' },
  repeats: '1 day',
  site: 'site',
});
