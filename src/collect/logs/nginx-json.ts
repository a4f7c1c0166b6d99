import { NO_SITE, shown, textOr, wholeOf, type LogFormat } from './format.ts';
import { objectOf, textOf } from './json-line.ts';
import { apacheTime, epochTime, isoTime } from './line-time.ts';
import { hostName, requestLine, targetOf } from './target.ts';

/**
 * The names that people give to members in nginx's configuration (`log_format … escape=json
 * '{"time":"$time_iso8601",…}'`): nginx's own variables first, then other common names. The first one that a line has
 * counts.
 */
const NAMES = {
  time: ['time_iso8601', 'msec', 'time_local', '@timestamp', 'timestamp', 'time', 'datetime', 'ts', 'date'],
  ip: ['remote_addr', 'client_ip', 'clientip', 'remote_ip', 'realip', 'ip', 'client', 'remote_address'],
  request: ['request', 'request_line'],
  method: ['request_method', 'method', 'http_method', 'verb'],
  uri: ['request_uri', 'uri', 'path', 'url', 'uri_path', 'request_path', 'document_uri'],
  query: ['args', 'query_string', 'query', 'uri_query'],
  host: ['host', 'http_host', 'vhost', 'domain', 'request_host', 'server_name', 'uri_host'],
  status: ['status', 'status_code', 'http_status', 'response', 'response_status', 'code'],
  size: ['body_bytes_sent', 'bytes_sent', 'bytes', 'size', 'response_size'],
  referer: ['http_referer', 'referer', 'referrer', 'http_referrer'],
  agent: ['http_user_agent', 'user_agent', 'useragent', 'ua', 'agent', 'http_agent'],
  forwarded: ['http_x_forwarded_for', 'x_forwarded_for', 'xff', 'proxyip'],
  type: ['sent_http_content_type', 'content_type', 'contenttype'],
  language: ['http_accept_language', 'accept_language'],
  accept: ['http_accept'],
  range: ['http_range'],
  cache: ['upstream_cache_status', 'cache_status'],
  server: ['hostname'],
} as const;

/** JSON lines of nginx: flat objects, whose members are named in its configuration. */
export const NGINX_JSON: LogFormat = {
  name: 'nginx',
  title: "nginx's JSON",
  namesSite: true,
  read(line, site) {
    const read = objectOf(line);
    if ('reason' in read) return read;
    const get = (what: keyof typeof NAMES): string | undefined => {
      for (const name of NAMES[what]) {
        const text = textOf(read.object[name]);
        if (text !== undefined) return text;
      }
      return undefined;
    };
    const at = get('time');
    if (at === undefined) return { reason: `it has no time: ${NAMES.time.slice(0, 5).join(', ')}` };
    const time = isoTime(at) ?? apacheTime(at) ?? epochTime(at);
    if (time === undefined) return { reason: `its time is ${shown(at)}` };
    const status = get('status');
    if (status === undefined || !/^(\d{3}|-)?$/.test(status)) return { reason: 'it has no status' };
    const request = get('request');
    const uri = get('uri');
    if (request === undefined && uri === undefined) {
      return { reason: `it has neither ${NAMES.request[0]} nor ${NAMES.uri[0]}` };
    }
    const asked = requestLine(request ?? '');
    const target = uri === undefined ? asked.target : targetOf(uri);
    const query = get('query') ?? '';
    const host = hostName(get('host') ?? '') ?? site;
    if (host === undefined) return NO_SITE;
    const server = get('server');
    const optional = { cache_status: get('cache'), x_forwarded_for: get('forwarded'), hostname: server };
    return {
      request: {
        dt: new Date(time).toISOString(),
        ip: textOr(get('ip')),
        http_status: textOr(status),
        response_size: wholeOf(get('size')) ?? 0,
        http_method: textOr(get('method') ?? asked.method),
        uri_host: host,
        uri_path: textOr(target.path),
        uri_query:
          target.query !== '' || query === '' || query === '-'
            ? target.query
            : `?${query.replace(/^\?/, '')}`,
        content_type: textOr(get('type')),
        referer: textOr(get('referer')),
        user_agent: textOr(get('agent')),
        accept_language: textOr(get('language')),
        ...Object.fromEntries(
          Object.entries({ ...optional, accept: get('accept'), range: get('range') }).flatMap(
            ([name, text]) => (text === undefined ? [] : [[name, textOr(text)]]),
          ),
        ),
      },
    };
  },
};
