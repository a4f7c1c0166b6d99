import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from './told.ts';

/* A device that polls. */

interface Answer {
  readonly events: readonly { readonly event: string; readonly data: object; readonly id?: string }[];
  readonly lastEventId: string;
}

process.argv.slice(2).forEach((url, place) => void follow(url, place));

async function follow(url: string, place: number): Promise<void> {
  const asked = new URL(url);
  asked.searchParams.set('wait', '25');
  for (;;) {
    try {
      const response = await fetch(asked);
      if (!response.ok) throw new Error(String(response.status));
      const { events, lastEventId } = (await response.json()) as Answer;
      for (const { event, data, id } of events) tell(place, event, JSON.stringify(data), id);
      asked.searchParams.set('lastEventId', lastEventId);
    } catch {
      await sleep(500);
    }
  }
}
