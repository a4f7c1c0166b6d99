import { ACTION } from './action.ts';
import { PAGEVIEW } from './pageview.ts';
import { REJECTS } from './rejects.ts';
import { REVISION_CREATE } from './revision-create.ts';
import type { Stream } from './stream.ts';
import { WEBREQUEST } from './webrequest.ts';

/** The streams that need no file. */
export const BUILT_IN: readonly Stream[] = [PAGEVIEW, ACTION, WEBREQUEST, REVISION_CREATE, REJECTS];
