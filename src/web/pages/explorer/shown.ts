import type { Html } from '../../html.ts';

/** A rendered answer and its title. */
export interface Shown {
  readonly title: string;
  readonly body: Html;
}
