import { guideText, type Guide } from '../guides.ts';
import type { DocsPage } from './docs-frame.ts';

/** A guide of docs/ as a page. */
export function guidePage(guide: Guide): DocsPage {
  return {
    title: guide.title,
    description: guide.doc,
    path: `/docs/guides/${guide.name}`,
    main: guideText(guide),
  };
}
