import { COUNTER_SIZE, frameCode } from '../frame-code.ts';
import { html } from '../html.ts';
import type { SnippetKind } from './snippet.ts';

/** The picture in a frame. */
export const embed: SnippetKind = {
  id: 'embed',
  title: 'Embed',
  hint: () =>
    html`Use <code>theme=dark</code> for a dark page; <code>theme=auto</code> follows each reader’s system.`,
  text: ({ path }) => path && frameCode(path.frame, path.metric.title),
};

/** The number of the period under way in a frame. */
export const counter: SnippetKind = {
  id: 'counter',
  title: 'Embed the number',
  text: ({ path }) =>
    path?.counter === undefined ? undefined : frameCode(path.counter, path.metric.title, COUNTER_SIZE),
};
