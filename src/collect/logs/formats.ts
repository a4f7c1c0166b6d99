import { COMBINED, COMMON, VHOST_COMBINED } from './access-line.ts';
import { CACHE_LOG } from './cache-log.ts';
import { CADDY_JSON } from './caddy-json.ts';
import type { LogFormat } from './format.ts';
import { NGINX_JSON } from './nginx-json.ts';
import { WEBREQUEST_JSON } from './webrequest-json.ts';

/** All formats, in the order in which they are tried: more specific ones come first. */
export const LOG_FORMATS: readonly LogFormat[] = [
  WEBREQUEST_JSON,
  CADDY_JSON,
  NGINX_JSON,
  VHOST_COMBINED,
  COMBINED,
  COMMON,
  CACHE_LOG,
];

/** How many lines at the beginning of a log are checked. */
export const LINES_TO_RECOGNISE = 20;

/** Returns the format that reads most of a log's first lines; undefined if no format reads any. */
export function recognise(lines: readonly string[]): LogFormat | undefined {
  const tried = lines.slice(0, LINES_TO_RECOGNISE);
  // A missing site doesn't matter here.
  const counts = LOG_FORMATS.map(
    (format) => tried.filter((line) => 'request' in format.read(line, 'localhost')).length,
  );
  const most = Math.max(...counts);
  return most === 0 ? undefined : LOG_FORMATS[counts.indexOf(most)];
}
