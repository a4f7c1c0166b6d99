import type { Actor } from './actors.ts';
import { hasNoCookies, isLastAccess, type Request } from './traffic.ts';

const SERVERS = ['cp1.example.net', 'cp2.example.net', 'cp3.example.net', 'cp4.example.net'];
const SECOND_MS = 1000;
const ZONE_MS = 3_600_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Writes requests as varnishkafka does: a JSON object a line, numbered by its server. */
export class JsonLines {
  readonly #numbers = SERVERS.map((_, server) => (server + 1) * 1_000_000_000);
  #second = -1;
  #secondText = '';

  /** @param server one of four, by any number */
  line(request: Request, server: number): string {
    const { actor } = request;
    const place = server % SERVERS.length;
    const number = (this.#numbers[place] = (this.#numbers[place] as number) + 1);
    return (
      `{"hostname":"${SERVERS[place]}","sequence":${number},"dt":"${this.#time(request.ms)}","time_firstbyte":0.0021,` +
      `"ip":"${actor.address}","cache_status":"hit-front","http_status":"${request.status}","response_size":${request.bytes},` +
      `"http_method":"${request.method}","uri_host":"${request.host}","uri_path":"${request.path}","uri_query":"${request.query}",` +
      `"content_type":"${request.contentType}","referer":"${request.referer}","user_agent":"${actor.userAgent}",` +
      `"accept_language":"${actor.language}","x_analytics":"${analyticsOf(request.cookie, actor)}"}\n`
    );
  }

  #time(ms: number): string {
    const second = Math.floor(ms / SECOND_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(ms).toISOString().slice(0, 20);
    }
    const rest = ms - second * SECOND_MS;
    return `${this.#secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
  }
}

/** What Wikimedia's servers put into X-Analytics: the cookie that came, and whether there was none at all. */
function analyticsOf(cookie: string, { isMobile }: Actor): string {
  const flags = isMobile ? 'https=1;ismobile=1' : 'https=1';
  if (hasNoCookies(cookie)) return `${flags};nocookies=1`;
  return isLastAccess(cookie) ? `WMF-Last-Access=${cookie};${flags}` : flags;
}

/** Writes requests as Apache and nginx do by default: without host, type, language and cookies, an hour east of Greenwich. */
export function combinedLine({ ms, actor, method, path, query, status, bytes, referer }: Request): string {
  const time = new Date(ms + ZONE_MS);
  const text = time.toISOString();
  const date = `${text.slice(8, 10)}/${MONTHS[time.getUTCMonth()]}/${text.slice(0, 4)}:${text.slice(11, 19)} +0100`;
  return `${actor.address} - - [${date}] "${method} ${path}${query} HTTP/1.1" ${status} ${bytes} "${referer}" "${actor.userAgent}"\n`;
}

const BROKEN = [
  (line: string): string => `${line.slice(0, 150)}\n`,
  (line: string): string => line.replace(/"dt":"[^"]*"/, '"dt":"yesterday"'),
  (): string => '2026/11/20 08:00:00 [notice] 31#31: signal process started\n',
  (line: string): string => line.replace(/"uri_path":"[^"]*",/, ''),
];

/** A line that can't be read, instead of one that can. @param kind any number */
export function brokenLine(line: string, kind: number): string {
  const breaks = BROKEN[kind % BROKEN.length] as (line: string) => string;
  return breaks(line);
}
