import { countryName } from '../core/metric/country-names.ts';
import { projectOfWiki } from '../core/metric/wiki-databases.ts';
import { closed, text } from '../core/metric/dimension.ts';
import { PROTECTED_COUNTRIES } from './protected-countries.ts';
import { FILE_PATHS, PROJECTS, REFERERS as REFERER_SPREAD, TITLES } from './spreads.ts';

/** AQS, normalizeProject: cuts `www.` and `.org` off and makes letters lower-case. */
function normaliseProject(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.org$/, '');
}

/** The text is AQS's, including its misspelling. */
function refuseProject(value: string): string | undefined {
  return /^[a-z0-9_.-]+$/.test(value) ? undefined : 'The parameter `project` contains invalid charaters.';
}

/** A part of a domain. `www.` and `.org` alone would leave nothing. */
const PROJECT_PATTERN = '(?!www\\.)[a-z0-9][a-z0-9_-]{0,60}(\\.[a-z0-9_-]{1,60}){0,3}';

/** AQS: values such as `all-wikipedia-projects` include the projects of one family. */
const FAMILIES = { prefix: 'all-' };

export const project = text(
  'project',
  'A Wikimedia project by its domain without `.org`, or `all-projects` if the metric has it.',
  {
    example: 'en.wikipedia',
    allowed: 'a domain without .org: small letters, digits, dots, hyphens, underscores; or all-projects',
    pattern: PROJECT_PATTERN,
    total: 'all-projects',
    subtotals: FAMILIES,
    spread: PROJECTS,
    normalise: normaliseProject,
    calledHere: projectOfWiki,
    refuse: refuseProject,
  },
);

/** AQS: the families that count people have no totals over projects. */
export const oneProject = text('project', 'A Wikimedia project by its domain without `.org`.', {
  example: 'en.wikipedia',
  allowed: 'a domain without .org: small letters, digits, dots, hyphens, underscores; no all-…',
  pattern: `(?!all-)${PROJECT_PATTERN}`,
  spread: PROJECTS,
  normalise: normaliseProject,
  calledHere: projectOfWiki,
  refuse: (value) =>
    value.startsWith('all-')
      ? '`all-...` project values are not accepted for this metric.'
      : refuseProject(value),
});

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
  'Who made the request: a person (user), a crawler that identifies itself (spider), or one that does not (automated).',
  ['all-agents', 'automated', 'spider', 'user'],
  { total: 'all-agents' },
);

/** AQS: requests for media have no value `automated`. */
export const mediaAgent = closed(
  'agent',
  'Who made the request: a person (user) or a crawler (spider).',
  ['all-agents', 'spider', 'user'],
  { total: 'all-agents', kind: 'media-agent' },
);

/** AQS: a title as MediaWiki stores it, case-sensitive, with underscores for spaces. */
export const article = text(
  'article',
  'A page title with underscores for spaces, case-sensitive. Redirects are not followed.',
  {
    example: 'Main_Page',
    allowed: 'a page title; "/" written as %2F',
    spread: TITLES,
    normalise: (value) => value.replaceAll(' ', '_'),
  },
);

/** AQS neither checks a country nor changes its case: `fr` has no rows. */
export const country = text('country', 'A country by its ISO 3166-1 code of two capital letters.', {
  example: 'FR',
  allowed: 'an ISO 3166-1 code of two capital letters',
  withheld: PROTECTED_COUNTRIES,
  valueName: countryName,
});

export const editorType = closed(
  'editor-type',
  'Who edited: a registered person (user), a person without an account or with a temporary one (anonymous), or a bot by its group or its name.',
  ['all-editor-types', 'anonymous', 'group-bot', 'name-bot', 'user'],
  { total: 'all-editor-types' },
);

export const pageType = closed(
  'page-type',
  'Whether the page is in a content namespace, such as articles.',
  ['all-page-types', 'content', 'non-content'],
  { total: 'all-page-types' },
);

/** AQS: the number of edits that an editor made, or a page got, in the period. */
export const activityLevel = closed(
  'activity-level',
  'How many edits the editor made, or the page got, in the period.',
  ['all-activity-levels', '1..4-edits', '5..24-edits', '25..99-edits', '100..-edits'],
  { total: 'all-activity-levels' },
);

/** AQS: editors by country have only these two levels. */
export const countryActivityLevel = closed(
  'activity-level',
  'How many edits the editors made in the month.',
  ['5..99-edits', '100..-edits'],
  { kind: 'country-activity-level' },
);

/** AQS: like an article's title, but with pages of every namespace. */
export const pageTitle = text(
  'page-title',
  'A page title with its namespace and underscores for spaces, case-sensitive.',
  {
    example: 'Main_Page',
    allowed: 'a page title; "/" written as %2F',
    spread: TITLES,
    normalise: (value) => value.replaceAll(' ', '_'),
  },
);

export const userText = text('user-text', 'The name of an editor, as it is now.', {
  example: 'Jimbo_Wales',
  allowed: 'a user name; "/" written as %2F',
});

/** The ranked dimension of lists of pages. */
export const rankedPage = text('page_title', pageTitle.doc, {
  example: pageTitle.example,
  allowed: pageTitle.allowed,
  normalise: pageTitle.normalise,
});

/** The ranked dimension of lists of editors. AQS: an editor without an account is null. */
export const rankedEditor = text('user_text', 'The name of an editor; null for one without an account.', {
  example: userText.example,
  allowed: 'a user name',
  nullable: true,
});

const REFERERS = ['internal', 'external', 'search-engine', 'unknown', 'none'];

/** AQS, normalizeReferer: a referer is a class of sites or a project. */
export const referer = text(
  'referer',
  'Where the request came from: a project, a class of sites, or `all-referers`.',
  {
    example: 'all-referers',
    allowed: `a project such as en.wikipedia, all-referers, ${REFERERS.join(', ')}`,
    pattern: PROJECT_PATTERN,
    total: 'all-referers',
    // AQS: `internal` includes all projects.
    subtotals: { values: ['internal'] },
    spread: REFERER_SPREAD,
    normalise: normaliseProject,
    calledHere: projectOfWiki,
    refuse: refuseProject,
  },
);

/** AQS doesn't check the media type: an unknown one has no rows. */
export const mediaType = text('media_type', 'The kind of the requested file.', {
  example: 'all-media-types',
  allowed: 'all-media-types, image, video, audio, document, other',
  total: 'all-media-types',
});

/**
 * AQS, normalizeFileURI: percent-encodes the file name of a path, except for some punctuation. `%` is
 * among the exceptions, so that a stored path isn't encoded twice.
 */
function normaliseFilePath(path: string): string {
  const name = path.lastIndexOf('/') + 1;
  const wellFormed = path.slice(name).replace(/\p{Surrogate}/gu, '\ufffd');
  return path.slice(0, name) + wellFormed.replace(/[^($)=`%*!&+:?"';@^]/gu, encodeURIComponent);
}

export const filePath = text('file_path', 'The path of a file on upload.wikimedia.org.', {
  example: '/wikipedia/commons/0/00/Glycerol+Cu(OH)2.png',
  allowed: 'a path that begins with "/", each "/" written as %2F',
  spread: FILE_PATHS,
  normalise: normaliseFilePath,
});

/** The ranked dimension of lists of referers. */
export const rankedReferer = text(
  'referer',
  'The host of the page that linked to the viewed one; `none` without a referer, `unknown` if it names no site.',
  { example: 'search.example', allowed: 'a host, none, unknown' },
);

export const refererClass = text('referer_class', 'The kind of site that a referer is.', {
  example: 'search-engine',
  allowed: 'none, unknown, ai-chatbot, search-engine, media-site, external',
});

export const browser = text('browser', 'A browser, by the name that uap-core gives it.', {
  example: 'Firefox',
  allowed: 'the name of a browser',
});

export const system = text('system', 'An operating system, by the name that uap-core gives it.', {
  example: 'Android',
  allowed: 'the name of an operating system',
});

/** The ranked dimension of the clickstream, with the kinds that Wikimedia's data set has. */
export const previousPage = text(
  'previous',
  'The page that was viewed before; or other-search, other-external, other-internal, other-empty (no referer) or other-other.',
  {
    example: '/pond',
    allowed: 'a page title, other-search, other-external, other-internal, other-empty, other-other',
  },
);

/** A page of a site of one's own: its path as it was asked for, without the query. */
export const sitePage = text('article', 'A page of a site by its path, case-sensitive.', {
  example: '/meadow',
  allowed: 'a path; "/" written as %2F',
});
