import { closed, text } from '../core/dimension.ts';

/** AQS: normalizeProject. `www.` and `.org` are cut off, letters are made small. */
function normaliseProject(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.org$/, '');
}

/** AQS's words, its spelling included. */
function refuseProject(value: string): string | undefined {
  return /^[a-z0-9_.-]+$/.test(value) ? undefined : 'The parameter `project` contains invalid charaters.';
}

export const project = text(
  'project',
  'A Wikimedia project by its domain without `.org`, or `all-projects` where the metric has it.',
  {
    example: 'en.wikipedia',
    allowed: 'a domain without .org: small letters, digits, dots, hyphens, underscores; or all-projects',
    total: 'all-projects',
    normalise: normaliseProject,
    refuse: refuseProject,
  },
);

export const access = closed(
  'access',
  'How the page was reached.',
  ['all-access', 'desktop', 'mobile-app', 'mobile-web'],
  { total: 'all-access' },
);

export const accessSite = closed(
  'access-site',
  'Which site was visited: the desktop one, the mobile one, or either.',
  ['all-sites', 'desktop-site', 'mobile-site'],
  { total: 'all-sites', caseless: true },
);

export const agent = closed(
  'agent',
  'Who asked: a person (user), a crawler that says so (spider), or one that does not (automated).',
  ['all-agents', 'automated', 'spider', 'user'],
  { total: 'all-agents' },
);

/** AQS: a title as MediaWiki stores it. First letter and case count; spaces are underscores. */
export const article = text(
  'article',
  'A page title with underscores for spaces, case-sensitive. Redirects are not followed.',
  {
    example: 'Main_Page',
    allowed: 'a page title; "/" written as %2F',
    normalise: (value) => value.replaceAll(' ', '_'),
  },
);
