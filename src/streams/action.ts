import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** Other things that people do on a site, reported by trackers: a download, a sale, a search. */
export const ACTION: Stream = streamOf({
  stream: 'action',
  title: 'Actions on pages, other than views',
  owner: 'Kraken',
  fields: {
    name: {
      type: 'text',
      required: true,
      longest: 1000,
      description: 'What was done, in the words of the tracker.',
    },
    site: { type: 'text', longest: 255, description: "The page's host, if there is a page." },
    path: { type: 'text', description: "The page's path, with its query." },
    title: { type: 'text', description: "The page's title." },
    referrer: { type: 'text', description: 'The address of the page that linked to this one.' },
    properties: { type: 'text', description: 'What else the tracker reported, as JSON.' },
    user_agent: { type: 'text', personal: true, description: "The browser's User-Agent." },
    language: {
      type: 'text',
      longest: 1000,
      personal: true,
      description: "The browser's Accept-Language.",
    },
    address: { type: 'text', longest: 45, personal: true, description: 'The IP address of the client.' },
    privacy: {
      type: 'text',
      values: ['gpc', 'dnt'],
      description:
        'The privacy signal sent: Global Privacy Control or Do Not Track. With one, no address is kept.',
    },
    is_bot: {
      type: 'boolean',
      description: 'Whether the User-Agent is that of a program, such as a crawler.',
    },
    source: { type: 'text', longest: 100, description: 'What reported the action: the name of a tracker.' },
  },
  retention: '7 days',
  personal: { keep: '7 days' },
  repeats: '1 day',
  site: 'site',
});
