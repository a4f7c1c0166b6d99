export const REFERER_CLASSES = [
  'none',
  'unknown',
  'internal',
  'search-engine',
  'media-site',
  'ai-chatbot',
  'external',
] as const;
export type RefererClass = (typeof REFERER_CLASSES)[number];

/** Where a view came from. */
export interface Referer {
  readonly class: RefererClass;
  /** The search engine, media site or chatbot. */
  readonly name?: string;
  /** The host, in small letters and without its port; absent for `none` and `unknown`. */
  readonly host?: string;
  /** The name of the rule that decided. */
  readonly rule: string;
}
