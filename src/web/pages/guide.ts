import { guideText, type Guide } from '../guides.ts';
import type { DocsPage } from './docs-frame.ts';

/** The page of a guide. */
export function guidePage(guide: Guide): DocsPage {
  return {
    title: guide.title,
    description: guide.doc,
    path: `/docs/guides/${guide.name}`,
    main: guideText(guide),
  };
}
