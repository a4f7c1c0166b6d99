/** How long an answer may be kept by caches, in seconds: AQS's four hours for what can't change any more. */
export const CACHE_SECONDS = { closed: 14_400, open: 60, stale: 10, notFound: 600 } as const;
