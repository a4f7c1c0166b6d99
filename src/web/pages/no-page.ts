import { html } from '../html.ts';
import type { Page } from '../page.ts';

interface NoPage {
  readonly kind?: string;
  readonly name?: string;
  readonly nearest?: string | undefined;
  readonly under?: string;
}

/**
 * The page for an unknown address.
 * @param kind the kind of thing that doesn't exist: `metric`
 * @param nearest the name that was most likely meant
 * @param under the address below which such things have their pages
 */
export function noPage(
  place: Page['place'] = '/',
  { kind = 'page', name, nearest, under = place }: NoPage = {},
): Page {
  return {
    title: `No such ${kind}`,
    description: `There is no such ${kind} here.`,
    place,
    main: html`<h1>There is no such ${kind}</h1>
      ${
        name === undefined
          ? html`<p>Nothing is at this address.</p>`
          : html`<p>There is no ${kind} <code>${name}</code> here.</p>`
      }
      ${
        nearest !== undefined &&
        html`<p>
          Did you mean <a href="${under}/${nearest}"><code>${nearest}</code></a
          >?
        </p>`
      }
      <p>
        <a href="/docs">The docs</a> list all metrics, and <a href="/dashboards">the dashboards</a> show
        graphs of them.
      </p>`,
  };
}
