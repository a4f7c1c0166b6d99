/** How long caches may keep an answer, in seconds. Closed answers have AQS's four hours. */
export const CACHE_SECONDS = { closed: 14_400, open: 60, live: 1, stale: 10, notFound: 600 } as const;
