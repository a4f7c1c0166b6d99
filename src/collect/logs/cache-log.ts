import { NO_SITE, shown, textOr, wholeOf, type LogFormat, type UnreadableLine } from './format.ts';
import { epochTime, isoTime } from './line-time.ts';
import { targetOf } from './target.ts';

/**
 * The logs that Wikimedia's squids, varnishes and nginxes sent to udp2log
 * (https://wikitech.wikimedia.org/wiki/Cache_log_format): 14 to 16 fields separated by tabs, before 2013 by spaces.
 * Until 2008 the time was in seconds since 1970.
 */
export const CACHE_LOG: LogFormat = {
  name: 'cache',
  title: "Wikimedia's cache log of 2008 to 2013",
  namesSite: true,
  read(line, site) {
    const isTabs = line.includes('\t');
    const head = line.split(isTabs ? '\t' : ' ', 8);
    const [hostname = '', number, at = '', service = '', ip, handling = '', size, method] = head;
    const sequence = wholeOf(number);
    if (sequence === undefined || hostname === '')
      return { reason: 'HOST and a sequence number should begin it' };
    const numbered = { hostname, sequence };
    const fail = (reason: string): UnreadableLine => ({ reason, ...numbered });
    if (head.length < 8) return fail(`it has ${head.length} fields, and should have 14 to 16`);
    const time = isoTime(at) ?? epochTime(at);
    if (time === undefined) return fail(`its time is ${shown(at)}`);
    const slash = handling.lastIndexOf('/');
    const status = handling.slice(slash + 1);
    if (slash < 0 || !/^(\d{1,3}|-)$/.test(status)) return fail(`its status is ${shown(handling)}`);
    const after = head.reduce((length, field) => length + field.length + 1, 0);
    const rest = isTabs ? line.slice(after).split('\t') : spacedFields(line.slice(after));
    if (!rest || rest.length < 6 || rest.length > 8) {
      return fail(
        rest
          ? `it has ${rest.length + 8} fields, and should have 14 to 16`
          : "its fields can't be told apart",
      );
    }
    const [url = '', , mime, referer, forwarded, agent, language, analytics] = rest;
    const target = targetOf(url);
    const host = target.host ?? site;
    if (host === undefined)
      return fail(url === '-' ? NO_SITE.reason : `its URL names no site: ${shown(url)}`);
    const cache = handling.slice(0, slash);
    return {
      request: {
        ...numbered,
        dt: new Date(time).toISOString(),
        // Only varnish wrote this time. The others wrote the time of the whole answer.
        ...(/^[a-z]/.test(cache) &&
          /^\d{1,9}\.\d{1,12}$/.test(service) && { time_firstbyte: Number(service) }),
        ip: textOr(ip),
        cache_status: textOr(cache),
        http_status: status,
        response_size: wholeOf(size) ?? 0,
        http_method: textOr(method),
        uri_host: host,
        uri_path: target.path,
        uri_query: target.query,
        content_type: decoded(mime),
        referer: textOr(referer),
        x_forwarded_for: decoded(forwarded),
        user_agent: decoded(agent),
        // The last of 15 fields is a code of squid, not a language.
        ...(analytics !== undefined && {
          accept_language: decoded(language),
          x_analytics: textOr(analytics),
        }),
      },
    };
  },
};

const PEER = /^(?:-|[A-Z_]+\/.*)$/;

/**
 * Splits the fields from the URL on at spaces. Some fields contain spaces, so the form of the fields decides where each
 * one ends.
 */
function spacedFields(text: string): string[] | undefined {
  const words = text.split(' ');
  const peer = words.findIndex((word, at) => at > 0 && PEER.test(word));
  if (peer < 0) return undefined;
  let at = peer + 1;
  /** Takes a word, and further words as long as the field isn't complete. */
  const take = (goesOn: string): string => {
    const from = at;
    while (words[at++]?.endsWith(goesOn));
    return words.slice(from, at).join(' ');
  };
  const fields = [words.slice(0, peer).join(' '), words[peer] as string, take(';'), take('\0'), take(',')];
  const last = words.slice(at);
  return last.length > 3 ? [...fields, last.join(' ')] : [...fields, ...last];
}

/** Squid and others wrote a space as %20 and a % as %25. Other writers left spaces as they are. */
function decoded(text: string | undefined): string {
  if (text === undefined || !text.includes('%20') || text.includes(' ')) return textOr(text);
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll('%20', ' ');
  }
}
