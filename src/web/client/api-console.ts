// The REST console: shows the answer to a request below its form. Only the console's pages load this script.

/** The maximum length of a shown body, in characters. */
const MAX_SHOWN = 50_000;
const BODY = 'body';

const form = document.querySelector<HTMLFormElement>('#try');
const answer = document.querySelector<HTMLElement>('#answer');
const part = (name: string): HTMLElement | null | undefined =>
  answer?.querySelector<HTMLElement>(`[data-answer="${name}"]`);

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void show(form);
});

async function show(asked: HTMLFormElement): Promise<void> {
  if (!answer) return;
  answer.hidden = false;
  fill('status', 'Sending…');
  const began = performance.now();
  try {
    const response = await send(asked);
    const text = await response.text();
    const ms = Math.round(performance.now() - began);
    fill(
      'status',
      `${response.status} ${response.statusText}, ${text.length.toLocaleString('en')} characters, ${ms} ms`,
    );
    const url = part('url');
    const { pathname, search } = new URL(response.url);
    if (url instanceof HTMLAnchorElement) url.href = pathname + search;
    fill('url', pathname + search);
    fill('headers', [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n'));
    fill('body', shownOf(text, response.headers.get('content-type') ?? ''));
  } catch {
    for (const name of ['url', 'headers', 'body']) fill(name, '');
    fill('status', 'No answer: the server can’t be reached.');
  }
}

/** Sends the request. The form's address redirects to the request's own. */
function send(asked: HTMLFormElement): Promise<Response> {
  const values = new FormData(asked);
  const body = values.get(BODY);
  values.delete(BODY);
  const query = new URLSearchParams();
  for (const [name, value] of values) if (typeof value === 'string' && value !== '') query.set(name, value);
  const { post } = asked.dataset;
  const url = new URL(post ?? asked.action, location.href);
  url.search = query.toString();
  if (post === undefined) return fetch(url);
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : '',
  });
}

function fill(name: string, text: string): void {
  const element = part(name);
  if (element) element.textContent = text;
}

/** Formats JSON for people, and cuts a long text. */
function shownOf(text: string, type: string): string {
  const whole =
    type.includes('json') && !type.includes('ndjson') ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return whole.length > MAX_SHOWN
    ? `${whole.slice(0, MAX_SHOWN)}\n… open the address above to see everything`
    : whole;
}
