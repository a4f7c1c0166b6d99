/** The event that tells a picture to fetch its numbers again. */
export const RENEW_EVENT = 'kraken:renew';

/**
 * Asks for the page again and takes its live parts from there. What a reader opened stays open. A picture that a script
 * drew stays, and gets the new numbers.
 * @returns whether the page could be had
 */
export async function renewParts(): Promise<boolean> {
  const parts = document.querySelectorAll<HTMLElement>('[data-renew]');
  if (parts.length === 0) return true;
  const asked = location.href;
  let text: string;
  try {
    const response = await fetch(asked, { headers: { accept: 'text/html' }, cache: 'no-cache' });
    if (!response.ok) return false;
    text = await response.text();
  } catch {
    // The next change tries again.
    return false;
  }
  if (location.href !== asked) return true;
  const page = new DOMParser().parseFromString(text, 'text/html');
  for (const part of parts) {
    const next = page.getElementById(part.id);
    if (next && part.isConnected) renew(part, next);
  }
  return true;
}

/** Renews the children of an element: if they are of the same kinds, one by one. */
function renew(part: Element, next: Element): void {
  const [olds, news] = [[...part.children], [...next.children]];
  const isAlike = olds.length === news.length && olds.every((old, i) => kindOf(old) === kindOf(news[i]));
  if (!isAlike) {
    if (!part.contains(document.activeElement)) part.replaceChildren(...next.childNodes);
    return;
  }
  olds.forEach((old, i) => renewOne(old, news[i] as Element));
}

function renewOne(old: Element, next: Element): void {
  if (old.matches('figure.chart') && old.querySelector('.live')) {
    old.querySelector('.picture > svg')?.replaceWith(next.querySelector('.picture > svg') ?? '');
    old.dispatchEvent(new Event(RENEW_EVENT));
    for (const details of old.querySelectorAll(':scope > details')) {
      const fresh = next.querySelector(`:scope > details[class="${details.className}"]`);
      if (fresh) renewOne(details, fresh);
    }
    return;
  }
  if (old.innerHTML === next.innerHTML || old.contains(document.activeElement)) return;
  if (old.matches('details')) old.replaceChildren(...next.childNodes);
  else old.replaceWith(next);
}

function kindOf(element: Element | undefined): string {
  return `${element?.tagName} ${element?.id} ${element?.className}`;
}
