import { WEBREQUEST } from '../../streams/webrequest.ts';
import { NO_SITE, shown, wholeOf, type LogFormat, type UnreadableLine } from './format.ts';
import { objectOf, textOf } from './json-line.ts';
import { isoTime } from './line-time.ts';

/** The members that are not plain texts; they are read below. */
const OWN = new Set(['dt', 'uri_host', 'uri_path', 'uri_query', 'hostname', 'sequence']);
const OTHERS = WEBREQUEST.fields.filter(({ name }) => !OWN.has(name));

/**
 * The lines of varnishkafka and haproxykafka (operations/software/varnish/varnishkafka, with the format of
 * profile::cache::kafka::webrequest): the raw columns themselves, with `-` for missing values.
 */
export const WEBREQUEST_JSON: LogFormat = {
  name: 'webrequest',
  title: 'webrequest JSON of varnishkafka and haproxykafka',
  namesSite: true,
  read(line, site) {
    const read = objectOf(line);
    if ('reason' in read) return { ...read, ...numberIn(line) };
    const { object } = read;
    const hostname = textOf(object.hostname);
    const sequence = wholeOf(object.sequence);
    const numbered = {
      ...(hostname !== undefined && hostname !== '-' && { hostname }),
      ...(sequence !== undefined && { sequence }),
    };
    const dt = textOf(object.dt);
    const time = isoTime(dt ?? '');
    if (time === undefined) {
      return { reason: `its dt is ${dt === undefined ? 'missing' : shown(dt)}`, ...numbered };
    }
    const path = textOf(object.uri_path);
    if (path === undefined) return { reason: 'its uri_path is missing', ...numbered };
    const host = textOf(object.uri_host);
    const uriHost = host === undefined || host === '' || host === '-' ? site : host;
    if (uriHost === undefined) return { ...NO_SITE, ...numbered };
    const fields: Record<string, string | number> = {};
    for (const { name, type } of OTHERS) {
      const value = type === 'text' ? textOf(object[name]) : numberOf(object[name], type === 'integer');
      if (value !== undefined) fields[name] = value;
    }
    const query = textOf(object.uri_query) ?? '';
    return {
      request: {
        ...numbered,
        dt: new Date(time).toISOString(),
        uri_host: uriHost,
        uri_path: path,
        uri_query: query === '-' ? '' : query,
        ...fields,
      },
    };
  },
};

/** Reads a number, also as a text, because some writers quote numbers. `-` is no number. */
function numberOf(value: unknown, isWhole: boolean): number | undefined {
  if (isWhole) return wholeOf(value);
  const isText = typeof value === 'string' && value.length < 40 && value.trim() !== '';
  const number = typeof value === 'number' || isText ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Reads the host and number of a truncated line, which are at its beginning. */
function numberIn(line: string): Omit<UnreadableLine, 'reason'> {
  const [, hostname] = /"hostname": ?"([\w.:-]{1,255})"/.exec(line) ?? [];
  const sequence = wholeOf(/"sequence": ?(\d{1,16})[,}]/.exec(line)?.[1]);
  return { ...(hostname !== undefined && { hostname }), ...(sequence !== undefined && { sequence }) };
}
