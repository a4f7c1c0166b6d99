import { NO_SITE, shown, textOr, wholeOf, type LogFormat } from './format.ts';
import { memberOf, objectOf, textOf } from './json-line.ts';
import { epochTime, isoTime } from './line-time.ts';
import { hostName, targetOf } from './target.ts';

/** Caddy's access log (encoder `json`, https://caddyserver.com/docs/caddyfile/directives/log). */
export const CADDY_JSON: LogFormat = {
  name: 'caddy',
  title: "Caddy's JSON",
  namesSite: true,
  read(line, site) {
    const read = objectOf(line);
    if ('reason' in read) return read;
    const { ts, request: _, status, size, msg } = read.object;
    const request = memberOf(read.object, 'request');
    const uri = textOf(request.uri);
    if (uri === undefined) {
      const message = typeof msg === 'string' ? `; its msg is ${shown(msg)}` : '';
      return { reason: `it has no request${message}` };
    }
    const time =
      typeof ts === 'number' ? secondsTime(ts) : (isoTime(textOf(ts) ?? '') ?? epochTime(textOf(ts) ?? ''));
    if (time === undefined) return { reason: `its ts is ${shown(textOf(ts) ?? 'missing')}` };
    const host = hostName(textOf(request.host) ?? '') ?? site;
    if (host === undefined) return NO_SITE;
    const target = targetOf(uri);
    const headers = memberOf(request, 'headers');
    const answered = memberOf(read.object, 'resp_headers');
    const forwarded = header(headers, 'X-Forwarded-For');
    return {
      request: {
        dt: new Date(time).toISOString(),
        // Behind a trusted proxy, the client's address differs from that of the connection.
        ip: textOr(textOf(request.client_ip) ?? textOf(request.remote_ip)),
        http_status: textOr(textOf(status)),
        response_size: wholeOf(size) ?? 0,
        http_method: textOr(textOf(request.method)),
        uri_host: host,
        uri_path: target.path,
        uri_query: target.query,
        content_type: textOr(header(answered, 'Content-Type')),
        referer: textOr(header(headers, 'Referer')),
        ...(forwarded !== undefined && { x_forwarded_for: forwarded }),
        user_agent: textOr(header(headers, 'User-Agent')),
        accept_language: textOr(header(headers, 'Accept-Language')),
        accept: textOr(header(headers, 'Accept')),
        range: textOr(header(headers, 'Range')),
      },
    };
  },
};

function secondsTime(seconds: number): number | undefined {
  const ms = Math.floor(seconds * 1000);
  return ms >= 0 && ms < 253_402_300_800_000 ? ms : undefined;
}

/** A repeated header becomes a list in one text, as in HTTP. */
function header(headers: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const values = headers[name];
  if (!Array.isArray(values)) return textOf(values);
  return values.length === 0 ? undefined : values.map((value) => textOf(value) ?? '').join(', ');
}
