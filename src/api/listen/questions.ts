import { NOTHING_SEEN } from '../../feed/event-id.ts';
import type { Feeds } from '../../feed/feeds.ts';
import type { Follower } from '../../feed/shared-feed.ts';
import type { Followed } from '../../feed/snapshot.ts';
import { RowsPart } from './part.ts';

/** What an id is made of. It comes back in the first heartbeat. */
const ID = /^[\w~.*-]+$/;
/** An id of nothing that was told here. */
const UNKNOWN = '-';

/**
 * Follows questions from where a client is.
 * @param lastEventId the ids of all questions, joined by commas; undefined if the client has nothing
 * @param fromNow whether it only wants what is new from now on
 * @throws Problem, EngineError
 */
export async function followQuestions(
  feeds: Feeds,
  questions: readonly Followed[],
  lastEventId: string | undefined,
  follower: Follower,
  fromNow = false,
): Promise<RowsPart[]> {
  const given = lastEventId === undefined || lastEventId === NOTHING_SEEN ? [] : lastEventId.split(',');
  // An id of other questions is as good as an unknown one.
  const isOfThese = given.length === questions.length && given.every((id) => ID.test(id));
  const other = given.length === 0 ? NOTHING_SEEN : UNKNOWN;
  const leaves: (() => void)[] = [];
  try {
    const parts: RowsPart[] = [];
    for (const [i, followed] of questions.entries()) {
      const following = await feeds.follow(followed, follower);
      leaves.push(following.leave);
      const known = isOfThese ? (given[i] ?? other) : other;
      const id = (fromNow ? following.feed.id : undefined) ?? known;
      const start = await following.feed.start(id);
      parts.push(new RowsPart(following, start, id, follower));
    }
    return parts;
  } catch (error) {
    for (const leave of leaves) leave();
    throw error;
  }
}
