/** The target of a request: `/wiki/Cat?action=raw`, with the host if it is a whole URL. */
export interface Target {
  readonly host?: string;
  readonly path: string;
  /** With its `?`; empty if there is none. */
  readonly query: string;
}

/** Splits the target of a request: a path with its query, or a URL of http or https. */
export function targetOf(text: string): Target {
  const [, host] = /^https?:\/\/([^/?#]*)/i.exec(text) ?? [];
  if (host === undefined) return pathAndQuery(text);
  const rest = text.slice(text.indexOf('//') + 2 + host.length);
  const target = pathAndQuery(rest.startsWith('/') ? rest : `/${rest}`);
  const name = hostName(host);
  return name === undefined ? target : { ...target, host: name };
}

function pathAndQuery(text: string): Target {
  const at = text.indexOf('?');
  return at < 0 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at) };
}

/** Returns the host of `user@Example.org:8080`: `example.org`. undefined if nothing is left. */
export function hostName(text: string): string | undefined {
  const named = text.slice(text.lastIndexOf('@') + 1).toLowerCase();
  // Colons in brackets belong to an IPv6 address.
  const colon = named.lastIndexOf(':');
  const host = colon > named.lastIndexOf(']') ? named.slice(0, colon) : named;
  return host === '' || host === '-' ? undefined : host;
}

/** The request line of HTTP, as servers log it: `GET /wiki/Cat HTTP/1.1`. */
export interface RequestLine {
  readonly method: string;
  readonly target: Target;
}

/**
 * Reads a request line. A server also logs requests whose line is malformed (bytes of TLS, half a line). Then the
 * whole text is the path, and the method is `-`.
 */
export function requestLine(text: string): RequestLine {
  const first = text.indexOf(' ');
  const method = text.slice(0, first);
  if (first <= 0 || !/^[A-Z][A-Z0-9_-]{0,63}$/i.test(method)) {
    return { method: '-', target: { path: text === '' ? '-' : text, query: '' } };
  }
  const last = text.lastIndexOf(' ');
  const hasVersion = last > first && text.startsWith('HTTP/', last + 1);
  return { method, target: targetOf(text.slice(first + 1, hasVersion ? last : undefined)) };
}
