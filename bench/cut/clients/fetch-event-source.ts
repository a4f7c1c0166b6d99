import { setTimeout as sleep } from 'node:timers/promises';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { tell } from './told.ts';

/*
 * The client of Microsoft needs a part of a browser's window. It doesn't come back after a clean end, and the id that it
 * sends may be that of an event that was cut off.
 */

Object.assign(globalThis, { window: globalThis, document: new EventTarget() });

process.argv.slice(2).forEach((url, place) => void follow(url, place));

async function follow(url: string, place: number): Promise<void> {
  let seen = '*';
  for (;;) {
    await fetchEventSource(url, {
      openWhenHidden: true,
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...(init?.headers as object), 'last-event-id': seen } }),
      onmessage: ({ event, data, id }) => {
        tell(place, event, data, id);
        if (id !== '') seen = id;
      },
    }).catch(() => undefined);
    await sleep(1000);
  }
}
