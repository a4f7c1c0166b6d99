import { html } from '../html.ts';
import type { SnippetKind } from './snippet.ts';

export const curl: SnippetKind = {
  id: 'curl',
  title: 'curl',
  hint: ({ isLive }) =>
    isLive
      ? html`Each change comes as it happens: <a href="/docs/guides/streaming">streaming</a>.`
      : undefined,
  text: ({ url, isLive }) => (isLive ? `curl -N -H 'Accept: text/event-stream' '${url}'` : `curl '${url}'`),
};
