import { DAY_MS } from '../core/time/time.ts';
import { dateTime, type Described } from './described.ts';

export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const MARKDOWN_TYPE = 'text/markdown; charset=utf-8';

/**
 * Where crawlers shouldn't go: these addresses answer any question, and there is no end of questions. Pages, and the
 * pictures and feeds that they name, are open to them.
 */
const ENDLESS = [
  '/metrics/',
  '/api/',
  '/query',
  '/graphql',
  '/grafana/',
  '/datasources/',
  '/stream',
  '/mcp',
  '/*?',
];

/** Renders robots.txt (RFC 9309). */
export function robotsTxt(base: string): Buffer {
  return Buffer.from(
    [
      'User-agent: *',
      ...ENDLESS.map((path) => `Disallow: ${path}`),
      // The pictures of links.
      'Allow: /metrics/*.png',
      '',
      `Sitemap: ${base}/sitemap.xml`,
      '',
    ].join('\n'),
  );
}

/** How long security.txt is valid, in ms: RFC 9116 recommends less than a year. */
const VALID_MS = 180 * DAY_MS;

/**
 * Renders security.txt (RFC 9116). It stays the same all day.
 * @param contact an address of `mailto:` or `https:` @param now ms since 1970
 */
export function securityTxt(base: string, contact: string, now: number): Buffer {
  const expires = Math.floor(now / DAY_MS) * DAY_MS + VALID_MS;
  return Buffer.from(
    [
      `Contact: ${contact}`,
      `Expires: ${dateTime(expires)}`,
      'Preferred-Languages: en',
      `Canonical: ${base}/.well-known/security.txt`,
      '',
    ].join('\n'),
  );
}

/** Renders llms.txt (https://llmstxt.org): what is here and how to ask, for language models. */
export function llmsTxt(all: readonly Described[], base: string): Buffer {
  const loaded = all.filter(({ entry }) => entry.loaded);
  return Buffer.from(
    [
      '# Kraken',
      '',
      '> A public analytics data API: pre-aggregated metrics by URL, by GraphQL, as files and as pictures. Every number has its source, licence and coverage.',
      '',
      'Ask by `/query`: it takes any metric, dimensions, grain and range, as JSON or as parameters. `dryRun=true` plans a question and reads nothing. An error names the wrong parameter and what is allowed. A row that is absent from a complete range means that nothing happened; outside of the coverage nothing is known. Measures that are not additive (devices, editors) must not be summed.',
      '',
      '## Ask',
      '',
      link('OpenAPI document', `${base}/openapi.json`, 'every path and parameter'),
      link('MCP', `${base}/mcp`, 'the same as tools, by streamable HTTP'),
      link(
        'Catalogue',
        `${base}/catalogue?format=json`,
        'every metric as JSON: dimensions, measures, coverage',
      ),
      link('How to ask any question', `${base}/docs/guides/query`, 'the guide to /query'),
      link('What the numbers mean', `${base}/docs/guides/definitions`, 'page views, agents, devices'),
      link('Corrections', `${base}/corrections`, 'changes of numbers that were served'),
      '',
      '## Metrics',
      '',
      ...loaded.map(({ entry, page, days }) =>
        link(
          entry.title,
          page,
          `\`${entry.name}\`. ${entry.doc}${days ? ` Loaded from ${days.from} to ${days.to}.` : ''}`,
        ),
      ),
      '',
    ].join('\n'),
  );
}

function link(title: string, url: string, notes: string): string {
  const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  return `- [${line(title).replaceAll(/[[\]\\]/g, '\\$&')}](${url}): ${line(notes)}`;
}
