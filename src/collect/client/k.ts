// The script of web sites: <script defer src="https://…/k.js"></script>. It sends page views, and the events that a
// page reports itself: kraken('stream', { … }). Its size matters most, because every page loads it.

export interface Queued {
  readonly meta: { readonly id: string; readonly stream: string; readonly domain: string };
  readonly [member: string]: unknown;
}
type Tell = ((stream: string, fields?: object) => void) & { q?: ArrayLike<unknown>[] };

const page = window as unknown as { kraken?: Tell };
const { globalPrivacyControl, doNotTrack, userAgent, userAgentData } = navigator as Navigator & {
  globalPrivacyControl?: boolean;
  doNotTrack?: string;
  userAgentData?: { mobile: boolean };
};
const privacy = globalPrivacyControl ? 'gpc' : doNotTrack === '1' ? 'dnt' : undefined;
const script = document.currentScript as HTMLScriptElement;
const endpoint = script.src.replace(/\/k\.js.*$/, '/v1/events');
const hasCookies = !privacy && !('noCookies' in script.dataset);

const QUEUE = 'kraken';
const DAY_MS = 86_400_000;
/** The maximum number of events that wait. Beyond it, the oldest are dropped. */
const WAITING = 100;
/** The maximum length of a request that survives leaving the page. Browsers allow 64 KiB. */
const REQUEST = 50_000;

/** The queue, if the browser has no storage that outlives the page. */
let queue: Queued[] = [];
let isSending = false;
let pauseMs = 1000;
let last = document.referrer;
let seen: string | undefined;

function read(): Queued[] {
  try {
    queue = JSON.parse(localStorage.getItem(QUEUE) ?? '[]') as Queued[];
  } catch {
    // There is no such storage, or it has a value of another script.
  }
  return queue;
}

function write(events: Queued[]): void {
  queue = events;
  try {
    localStorage.setItem(QUEUE, JSON.stringify(events));
  } catch {
    // The storage is full or missing. The page keeps the events.
  }
}

/** Sends the queue. Events leave it once they are answered. An event that is sent again has the same id and counts once. */
async function send(): Promise<void> {
  if (isSending) return;
  let length = 0;
  const batch = read().filter((event, i) => (length += JSON.stringify(event).length) < REQUEST || i === 0);
  if (batch.length === 0) return;
  isSending = true;
  let isDone = false;
  try {
    const { status } = await fetch(endpoint, {
      method: 'POST',
      body: JSON.stringify(batch),
      keepalive: true,
      credentials: 'omit',
    });
    // A refused event would be refused again.
    isDone = status < 500 && status !== 429;
  } catch {
    // The server was not reached.
  }
  isSending = false;
  if (isDone) {
    write(read().filter(({ meta }) => !batch.some((sent) => sent.meta.id === meta.id)));
    pauseMs = 1000;
    void send();
  } else {
    setTimeout(() => void send(), (pauseMs = Math.min(2 * pauseMs, 60_000)));
  }
}

const tell: Tell = (stream, fields) => {
  const { host, pathname, search } = location;
  const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const isPage = stream === 'pageview' || stream === 'action';
  const event = {
    meta: { id, stream, domain: host },
    ...(isPage && { site: host, path: pathname + search, source: 'script', privacy }),
    ...fields,
  };
  write([...read(), event].slice(-WAITING));
  void send();
};

/** Returns the day of the last view from a cookie, and sets the cookie to today. */
function lastAccess(name: string, domain = ''): string | undefined {
  const day = (ms: number): string => new Date(ms).toUTCString().slice(5, 16);
  const now = Date.now();
  const value = new RegExp(`(?:^|; )${name}=([^;]{11})`).exec(document.cookie)?.[1];
  const expires = `${day(now + 32 * DAY_MS)} 00:00:00 GMT`;
  document.cookie = `${name}=${day(now).replaceAll(' ', '-')};path=/;samesite=lax;expires=${expires}${domain}`;
  return value;
}

/** Likewise for the widest domain that may have a cookie. */
function lastAccessGlobal(): string | undefined {
  const name = 'kraken-last-global';
  const labels = location.hostname.split('.');
  let value: string | undefined;
  for (let i = labels.length - 2; i >= 0 && isNaN(Number(labels.at(-1))); i--) {
    value = lastAccess(name, `;domain=${labels.slice(i).join('.')}`);
    if (document.cookie.includes(name)) break;
  }
  return value;
}

function view(): void {
  const { href } = location;
  const url = href.split('#')[0];
  if (url === seen) return;
  seen = url;
  const cookies = hasCookies && {
    no_cookies: document.cookie === '',
    last_access_global: lastAccessGlobal(),
    last_access: lastAccess('kraken-last'),
  };
  // The definition of access methods doesn't guess it from the User-Agent: the page itself says it.
  const isMobile = userAgentData?.mobile ?? /Mobi/.test(userAgent);
  tell('pageview', {
    title: document.title,
    referrer: last || undefined,
    is_mobile: isMobile || undefined,
    ...cookies,
  });
  last = href;
}

const { history } = window;
const push = history.pushState.bind(history);
history.pushState = (...args) => {
  push(...args);
  // Pages set their title after this call.
  setTimeout(view);
};
addEventListener('popstate', () => setTimeout(view));
// The page is shown again from the browser's cache.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  seen = undefined;
  view();
});

const early = page.kraken?.q ?? [];
page.kraken = tell;
const start = (): void => {
  view();
  for (const [stream, fields] of early as unknown as [string, object][]) tell(stream, fields);
};
if ('prerendering' in document && document.prerendering)
  document.addEventListener('prerenderingchange', start, { once: true });
else start();
