import { MATOMO } from './matomo.ts';
import { PLAUSIBLE } from './plausible.ts';
import { SNOWPLOW } from './snowplow.ts';
import type { Tracker } from './tracker.ts';
import { UMAMI } from './umami.ts';

/** All trackers. A new one is a file of this folder and an entry here. */
export const TRACKERS: readonly Tracker[] = [PLAUSIBLE, UMAMI, MATOMO, SNOWPLOW];
