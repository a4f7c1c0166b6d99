import { copyText } from './copy.ts';
import { suggestValues } from './suggest.ts';
import { swap } from './swap.ts';

/** The event that tells other scripts that the event's target has new elements. */
export const SHOWN_EVENT = 'kraken:shown';

/**
 * Makes the explorer work without reloads. If a control changes, it fetches the page of the new state from
 * the server and replaces the parts of the page. The server decides everything, and the URL is the state.
 */
export function enhanceExplorer(): void {
  const root = document.querySelector<HTMLElement>('.explorer');
  const form = (): HTMLFormElement | null => document.querySelector('form.controls');
  if (!root || !form()) return;
  let flight: AbortController | undefined;
  let asked = location.href;

  const show = async (url: string, isNew: boolean): Promise<void> => {
    if (isNew && url === asked) return;
    asked = url;
    flight?.abort();
    const { signal } = (flight = new AbortController());
    root.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(url, { headers: { accept: 'text/html' }, signal });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const next = page.querySelector<HTMLElement>('.explorer');
      if (!next) throw new Error('no explorer');
      swap(root, next);
      document.title = page.title;
      const { permalink = '' } = next.dataset;
      asked = new URL(permalink || url, location.href).href;
      if (isNew && asked !== location.href) history.pushState(null, '', asked);
      root.dispatchEvent(new CustomEvent(SHOWN_EVENT, { bubbles: true }));
      announce(root, response.ok);
    } catch {
      // Fall back to loading the page.
      if (!signal.aborted) location.assign(url);
    } finally {
      if (!signal.aborted) root.removeAttribute('aria-busy');
    }
  };
  const apply = (): void => {
    const controls = form();
    if (controls) void show(urlOf(controls), true);
  };

  root.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
    // On a phone the answer is above the controls, out of sight.
    const views = root.querySelector('#views');
    if (views && views.getBoundingClientRect().top < 0) views.scrollIntoView();
  });
  root.addEventListener('change', apply);
  root.addEventListener('input', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.type !== 'text') return;
    // The event of a chosen suggestion is no InputEvent, or has this type.
    if (!(event instanceof InputEvent) || event.inputType === 'insertReplacementText') apply();
    else suggestValues(target);
  });
  root.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const { target } = event;
    const link = target.closest<HTMLAnchorElement>('a[href^="/?"]');
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (link && isPlain) {
      event.preventDefault();
      void show(link.href, true);
    } else if (target.closest('[data-add]')) addSlot(target);
    else if (target.closest('[data-remove]')) {
      clearSlot(target);
      apply();
    } else {
      const button = target.closest<HTMLElement>('[data-copy]');
      if (button) void copyText(button, statusOf(root));
    }
  });
  selectOnClick(root);
  addEventListener('popstate', () => void show(location.href, false));
}

/** Returns the URL of the form's state. Several values of a name are joined in one parameter. */
function urlOf(form: HTMLFormElement): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') values.set(name, [...(values.get(name) ?? []), value.trim()]);
  }
  if (values.get('was')?.[0] === values.get('metric')?.[0]) values.delete('was');
  const query = new URLSearchParams();
  for (const [name, all] of values) query.set(name, all.filter((value) => value !== '').join('|'));
  return new URL(`/?${query.toString()}`, location.href).href;
}

function statusOf(root: Element): HTMLElement | null {
  return root.querySelector('#status');
}

function announce(root: Element, isAnswered: boolean): void {
  const status = statusOf(root);
  if (!status) return;
  const title = root.querySelector('#result h1')?.textContent.trim() ?? '';
  const text = root.querySelector('#problem p')?.textContent.trim() ?? '';
  status.textContent = isAnswered ? `Now shown: ${title}` : `${title}. ${text}`;
}

/** Shows the extra empty field and focuses it. */
function addSlot(button: Element): void {
  const slot = button.closest('fieldset')?.querySelector('.slot.extra');
  slot?.classList.remove('extra');
  const field =
    slot?.querySelector<HTMLElement>('input, select') ??
    [...(button.closest('fieldset')?.querySelectorAll<HTMLElement>('.slot input, .slot select') ?? [])].at(
      -1,
    );
  field?.focus();
}

/** Empties a field, which removes its value, and focuses the first field. */
function clearSlot(button: Element): void {
  const field = button.closest('.slot')?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
  const others = button.closest('fieldset')?.querySelectorAll<HTMLElement>('.slot input, .slot select') ?? [];
  const [first, second] = others;
  if (field instanceof HTMLSelectElement) field.append(new Option('', '', true, true));
  if (field) field.value = '';
  (first === field ? second : first)?.focus();
}

/** Selects the text of a field at the first click, as the Tab key does, so that typing replaces it. */
function selectOnClick(root: Element): void {
  let entered: EventTarget | null = null;
  root.addEventListener('focusin', ({ target }) => (entered = target));
  root.addEventListener('click', ({ target }) => {
    if (target === entered && target instanceof HTMLInputElement && target.type === 'text') target.select();
    entered = null;
  });
}
