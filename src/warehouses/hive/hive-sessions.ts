import type { Sessions } from './sessions.ts';

/** What asks for the metastore has sessions of its own: a reader who holds one asks it, too. */
export interface HiveSessions {
  readonly jobs: Sessions;
  readonly metadata: Sessions;
}
