import type { Referer, ViewRules } from './view-rules.ts';

/**
 * Returns the article that a view came from; empty unless it is of the same project. Its path stays as it is spelled.
 * @param referer the address of the page that linked to the viewed one
 * @param project the project of the viewed page's host
 */
export function previousOf(
  rules: Pick<ViewRules, 'pageOf'>,
  referer: string,
  { isInternal, host }: Referer,
  project: string | undefined,
): string {
  if (!isInternal) return '';
  const [, path = '/', query = ''] = /^[^:]+:\/\/[^/?#]+(\/[^?#]*)?(\?[^#]*)?/.exec(referer) ?? [];
  const asked = { host, path, query, xAnalytics: '', isApp: false, hasContentType: true };
  const page = rules.pageOf(asked);
  return page !== undefined && page.project === project ? page.article : '';
}
