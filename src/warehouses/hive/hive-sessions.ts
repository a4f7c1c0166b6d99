import type { Sessions } from './sessions.ts';

/** Queries of the metastore have sessions of their own, because a reader that holds a session makes them, too. */
export interface HiveSessions {
  readonly jobs: Sessions;
  readonly metadata: Sessions;
}
