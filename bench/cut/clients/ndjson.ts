import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from './told.ts';

/* A script that reads lines of JSON. */

process.argv.slice(2).forEach((url, place) => void follow(url, place));

async function follow(url: string, place: number): Promise<void> {
  const asked = new URL(url);
  asked.searchParams.set('stream', '');
  for (;;) {
    try {
      const { body } = await fetch(asked, { headers: { accept: 'application/x-ndjson' } });
      let rest = '';
      const decoder = new TextDecoder();
      for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
        const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
        // A line without an end is cut off.
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const { event, data, id } = JSON.parse(line) as { event: string; data: object; id?: string };
          tell(place, event, JSON.stringify(data), id);
          if (id !== undefined) asked.searchParams.set('lastEventId', id);
        }
      }
    } catch {
      // Cut, or refused.
    }
    await sleep(1000);
  }
}
