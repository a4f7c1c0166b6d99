import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** Page views, whatever reports them: the script, a pixel, a tracker, a server's log. */
export const PAGEVIEW: Stream = streamOf({
  stream: 'pageview',
  title: 'Page views',
  owner: 'Kraken',
  fields: {
    site: { type: 'text', required: true, longest: 255, description: "The page's host: en.wikipedia.org." },
    path: { type: 'text', required: true, description: "The page's path, with its query." },
    title: { type: 'text', description: "The page's title, where the sender knows it." },
    referrer: { type: 'text', description: 'The address of the page that linked to this one.' },
    user_agent: { type: 'text', personal: true, description: "The browser's User-Agent." },
    language: {
      type: 'text',
      longest: 1_000,
      personal: true,
      description: "The browser's Accept-Language.",
    },
    address: { type: 'text', longest: 45, personal: true, description: 'The IP address of the client.' },
    last_access: {
      type: 'text',
      longest: 11,
      description: 'The day of the last view, as in 01-Mar-2024, from a cookie that holds only this.',
    },
    last_access_global: {
      type: 'text',
      longest: 11,
      description: 'Like last_access, for all hosts of the domain.',
    },
    no_cookies: { type: 'boolean', description: 'Whether the request had no cookie at all.' },
    privacy: {
      type: 'text',
      values: ['gpc', 'dnt'],
      description:
        'The privacy signal sent: Global Privacy Control or Do Not Track. With one, no cookie is set and no address kept.',
    },
    is_mobile: {
      type: 'boolean',
      description: 'Whether the browser says that it is that of a phone. The script tells it.',
    },
    is_bot: {
      type: 'boolean',
      description: 'Whether the User-Agent is that of a program, such as a crawler.',
    },
    source: {
      type: 'text',
      longest: 100,
      description: 'What reported the view: script, pixel, the name of a tracker.',
    },
    status: {
      type: 'integer',
      description: 'The HTTP status, if a server reports the view.',
    },
    content_type: {
      type: 'text',
      longest: 255,
      description: 'The Content-Type, if a server reports it.',
    },
  },
  retention: '7 days',
  personal: { keep: '7 days' },
  repeats: '1 day',
  site: 'site',
});
