import { html, type Html, type Part } from './html.ts';
import type { Page } from './page.ts';

/** What a page has that can show periods under way. */
export interface LivePart {
  /** Whether it shows them. */
  readonly isOn: boolean;
  /** The URL of the page, with its query. */
  readonly url: string;
  /** The counter, if it shows them. */
  readonly counter: Html | false;
}

/** What the page says of itself if it shows periods under way: it isn't kept by caches. */
export function liveOf(live: LivePart | undefined): Pick<Page, 'isLive'> {
  return live?.isOn === true ? { isLive: true } : {};
}

/** A heading with the live switch beside it. */
export function headed(heading: Html, live: LivePart | undefined): Html {
  if (!live) return heading;
  const [path = '', query = ''] = live.url.split('?', 2);
  const asked = new URLSearchParams(query);
  asked.delete('live');
  if (!live.isOn) asked.set('live', 'true');
  const href = asked.size === 0 ? path : `${path}?${asked.toString()}`;
  return html`<div class="with-switch">${heading} ${liveSwitch(href, live.isOn)}</div>`;
}

/** The switch between closed periods and those under way too. @param href where it leads: the other of the two */
export function liveSwitch(href: string, isOn: boolean): Html {
  return html`<a
    class="live-switch"
    id="live"
    data-part="live"
    href="${href}"
    ${isOn && html`aria-current="true"`}
    >Live<span class="visually-hidden">
      ${isOn ? 'is on. Turn it off.' : ': show the period under way, as it grows.'}</span
    ></a
  >`;
}

/** A part that the script asks for again while the page is live. @param id an id that no other part has */
export function renewed(id: string, part: Part, live: LivePart | undefined): Part {
  return live?.isOn === true ? html`<div id="${id}" data-renew>${part}</div>` : part;
}
