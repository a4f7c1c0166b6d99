import { html } from '../html.ts';
import type { Page } from '../page.ts';

/**
 * What people see where nothing is.
 * @param kind what isn't there: `metric`
 * @param nearest the name that was most likely meant
 */
export function noPage(
  place: Page['place'] = '/',
  { kind = 'page', name, nearest }: { kind?: string; name?: string; nearest?: string | undefined } = {},
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
          Did you mean <a href="${place}/${nearest}"><code>${nearest}</code></a
          >?
        </p>`
      }
      <p>
        <a href="/docs">The docs</a> list every metric, <a href="/dashboards">the dashboards</a> what others
        drew of them.
      </p>`,
  };
}
