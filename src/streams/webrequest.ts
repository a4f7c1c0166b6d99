import { streamOf } from './read-stream.ts';
import type { Stream } from './stream.ts';

const header = (name: string) => ({
  type: 'text' as const,
  longest: 4_000,
  personal: true,
  description: `The request's ${name}.`,
});

/**
 * Requests from the logs of web servers and caches. The fields are the columns of Wikimedia's raw table
 * (wikimedia/analytics-refinery, hql/webrequest/create_webrequest_raw_table.hql), in which `-` stands for a missing
 * text. Fields that a log's format doesn't have are absent.
 */
export const WEBREQUEST: Stream = {
  ...streamOf({
    stream: 'webrequest',
    title: "Requests in servers' logs",
    owner: 'Kraken',
    fields: {
      hostname: { type: 'text', longest: 255, description: 'The server that answered.' },
      server_pid: {
        type: 'text',
        longest: 64,
        description: 'The process that answered, if each process numbers its requests.',
      },
      sequence: {
        type: 'integer',
        description: "The request's number, in the order in which its server logged it.",
      },
      dt: {
        type: 'time',
        required: true,
        description: 'When the request was answered, by the clock of the server.',
      },
      time_firstbyte: { type: 'number', description: 'Seconds until the first byte of the answer.' },
      ip: { type: 'text', longest: 255, personal: true, description: 'The IP address of the client.' },
      cache_status: {
        type: 'text',
        longest: 255,
        description: 'The result of the cache: hit-front, pass, TCP_MISS.',
      },
      http_status: { type: 'text', longest: 16, description: "The answer's HTTP status." },
      response_size: { type: 'integer', description: "The answer's length in bytes." },
      http_method: { type: 'text', longest: 64, description: 'GET, POST and so on.' },
      uri_host: { type: 'text', required: true, longest: 800, description: 'The host of the request.' },
      uri_path: { type: 'text', required: true, description: 'The path, without its query.' },
      uri_query: { type: 'text', description: 'The query with its "?"; empty if there is none.' },
      content_type: { type: 'text', longest: 1_000, description: "The answer's Content-Type." },
      referer: { type: 'text', description: 'The address of the page that linked to this one.' },
      x_forwarded_for: { ...header('X-Forwarded-For') },
      user_agent: { ...header('User-Agent'), longest: 10_000 },
      accept_language: { ...header('Accept-Language') },
      x_analytics: {
        type: 'text',
        personal: true,
        description: "The answer's X-Analytics: what Wikimedia's servers add, as key=value;….",
      },
      range: { type: 'text', longest: 1_000, description: "The request's Range." },
      x_cache: { type: 'text', longest: 1_000, description: 'The caches that the request passed.' },
      accept: { type: 'text', longest: 4_000, description: "The request's Accept." },
      tls: { type: 'text', longest: 1_000, description: 'vers=…;keyx=…;auth=…;ciph=….' },
      ch_ua: header('Sec-CH-UA'),
      ch_ua_mobile: header('Sec-CH-UA-Mobile'),
      ch_ua_platform: header('Sec-CH-UA-Platform'),
      ch_ua_arch: header('Sec-CH-UA-Arch'),
      ch_ua_bitness: header('Sec-CH-UA-Bitness'),
      ch_ua_full_version_list: header('Sec-CH-UA-Full-Version-List'),
      ch_ua_model: header('Sec-CH-UA-Model'),
      ch_ua_platform_version: header('Sec-CH-UA-Platform-Version'),
      termination_state: { type: 'text', longest: 64, description: 'How HAProxy saw the connection end.' },
    },
    retention: '7 days',
    personal: { keep: '7 days' },
    // The time of a line counts, even in an archive of 2008.
    time: { field: 'dt', window: '36500 days' },
    // A log that is collected again within the retention gives the same events.
    repeats: '7 days',
    sequence: { host: 'hostname', number: 'sequence' },
    site: 'uri_host',
  }),
  filledBy: 'logs',
};
