import { apacheTime } from './line-time.ts';
import { NO_SITE, shown, textOr, type LogFormat, type LoggedRequest, type UnreadableLine } from './format.ts';
import { hostName, requestLine } from './target.ts';

/** The common log format: `HOST IDENT USER [TIME] "REQUEST" STATUS BYTES`. */
export const COMMON: LogFormat = {
  name: 'common',
  title: "Apache's common log",
  namesSite: false,
  read: (line, site) => readAccessLine(line, site, false),
};

/** The default of Apache and nginx: with `"REFERER" "USER AGENT"`. The rest of a line is ignored. */
export const COMBINED: LogFormat = {
  name: 'combined',
  title: "Apache's and nginx's combined log",
  namesSite: false,
  read: (line, site) => readAccessLine(line, site, true),
};

/** Apache's combined log of several sites, with `SITE:PORT` at the beginning. */
export const VHOST_COMBINED: LogFormat = {
  name: 'vhost_combined',
  title: "Apache's combined log of several sites",
  namesSite: true,
  read(line, site) {
    const [, host] = /^(\S{1,800}):\d{1,5} /.exec(line) ?? [];
    if (host === undefined) return { reason: 'SITE:PORT should stand before it' };
    const start = line.indexOf(' ') + 1;
    // An IPv6 address looks like a site and a port, but an identity follows it, nearly always -.
    const words = line.slice(start, line.indexOf(' [', start)).split(' ', 4);
    if (words.length < 3 || words[0] === '-')
      return { reason: 'an address, an identity and a user should follow SITE:PORT' };
    return readAccessLine(line.slice(start), hostName(host) ?? site, true);
  },
};

function readAccessLine(
  line: string,
  site: string | undefined,
  isCombined: boolean,
): { request: LoggedRequest } | UnreadableLine {
  if (site === undefined) return NO_SITE;
  // A user's name may have spaces and brackets, but no unescaped quotes.
  const close = line.indexOf('] "');
  const open = line.lastIndexOf(' [', close);
  if (close < 0 || open <= 0) return { reason: 'there is no [time] "request" in it' };
  const time = apacheTime(line.slice(open + 2, close));
  if (time === undefined) {
    return { reason: `its time is ${shown(line.slice(open + 2, close))}, not as 29/Nov/2026:11:20:30 +0100` };
  }
  const request = quoted(line, close + 2);
  if (!request) return { reason: 'the quote of its request has no end' };
  const [, status, bytes] =
    /^ (\d{3}|-) (\d{1,15}|-)(?: |$)/.exec(line.slice(request.end, request.end + 24)) ?? [];
  if (status === undefined || bytes === undefined) {
    return { reason: 'a status and a number of bytes should follow its request' };
  }
  const fields: Record<string, string | number> = {};
  const rest = request.end + status.length + bytes.length + 2;
  if (isCombined) {
    const referer = quoted(line, rest + 1);
    const agent = referer && quoted(line, referer.end + 1);
    if (!agent) return { reason: 'a "referer" and a "user agent" should follow its bytes' };
    fields.referer = textOr(referer.text);
    fields.user_agent = textOr(agent.text);
    // The default configuration of nginx adds X-Forwarded-For.
    const forwarded = quoted(line, agent.end + 1);
    if (forwarded && forwarded.end === line.length && /^[\da-f.:, ]+$|^-$/i.test(forwarded.text)) {
      fields.x_forwarded_for = forwarded.text;
    }
  } else if (rest < line.length) return { reason: 'nothing should follow its bytes' };
  const { method, target } = requestLine(request.text);
  return {
    request: {
      dt: new Date(time).toISOString(),
      ip: line.slice(0, line.indexOf(' ')),
      http_status: status,
      // Apache writes - for an answer without a body.
      response_size: bytes === '-' ? 0 : Number(bytes),
      http_method: method,
      // The host in the request's URL doesn't count, because clients can send any host.
      uri_host: site,
      uri_path: target.path,
      uri_query: target.query,
      ...fields,
    },
  };
}

/** Returns the quoted text that begins at an offset, and the offset behind it. */
function quoted(line: string, start: number): { text: string; end: number } | undefined {
  if (line[start] !== '"') return undefined;
  let end = line.indexOf('"', start + 1);
  let isEscaped = false;
  while (end > 0 && backslashesBefore(line, end) % 2 === 1) {
    isEscaped = true;
    end = line.indexOf('"', end + 1);
  }
  if (end < 0) return undefined;
  const text = line.slice(start + 1, end);
  return { text: isEscaped || text.includes('\\') ? unescaped(text) : text, end: end + 1 };
}

function backslashesBefore(line: string, end: number): number {
  let at = end;
  while (line[at - 1] === '\\') at--;
  return end - at;
}

const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', b: '\b', f: '\f' };

/** Decodes the escapes of Apache and nginx: `\"`, `\\`, `\n`, and `\xHH` for the bytes of UTF-8. */
function unescaped(text: string): string {
  return text.replace(/(?:\\x[\da-fA-F]{2})+|\\./g, (escape) => {
    if (!/^\\x[\da-fA-F]{2}/.test(escape)) return LETTERS[escape[1] as string] ?? (escape[1] as string);
    return Buffer.from(escape.replaceAll('\\x', ''), 'hex').toString('utf8');
  });
}
