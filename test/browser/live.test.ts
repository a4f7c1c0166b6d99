import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { Processes } from '../support/process.ts';
import { browser, endBrowser, inBrowser } from './in-browser.ts';

const processes = new Processes();
let api: string;
let site: Server;

before(async () => {
  ({ api } = await processes.serve(processes.folder(), '--collect', '--collect-port', 'api'));
  site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>A page</title><script defer src="${api}/k.js"></script><p>A page.`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
after(async () => {
  await endBrowser();
  await processes.end();
  site.closeAllConnections();
  site.close();
});

/** Waits until something is so. @throws Error with the last that was there */
async function until<T>(read: () => T | Promise<T>, isSo: (value: T) => boolean, ms = 20_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await sleep(50);
  }
}

const numberOn = (page: Page): Promise<string> =>
  page.$eval('[data-number]', (element) => element.textContent);

/** The numbers of a stream's rows, as they come, until it is closed. */
function listen(url: string): { readonly seen: number[]; readonly close: () => void } {
  const stop = new AbortController();
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    const { body } = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: stop.signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, type, data = ''] = /^event: (\w+)\ndata: (.*)$/m.exec(event) ?? [];
        if (type === 'provisional' || type === 'point')
          seen.push((JSON.parse(data) as { views: number }).views);
      }
    }
  };
  read().catch(() => undefined);
  return { seen, close: () => stop.abort() };
}

inBrowser('ten views of a page appear on an open explorer and in a stream, one after the other', async () => {
  // The count of an hour begins again at its end.
  const toHour = 3_600_000 - (Date.now() % 3_600_000);
  if (toHour < 60_000) await sleep(toHour);
  const { port } = site.address() as AddressInfo;
  const context = await (await browser()).createBrowserContext();
  const visitor = await context.newPage();
  const reader = await context.newPage();
  const path = '/metrics/pageviews/aggregate/blog.localhost/all-access/all-agents/hourly/-1d/now';
  try {
    await visitor.goto(`http://blog.localhost:${port}/`);
    await until(
      async () => (await fetch(api + path)).status,
      (status) => status === 200,
    );
    const asked = {
      metric: 'pageviews-aggregate',
      project: 'blog.localhost',
      access: 'all-access',
      agent: 'all-agents',
    };
    const range = { granularity: 'hourly', start: '-1d', end: 'now' };
    await reader.goto(`${api}/?${new URLSearchParams({ ...asked, ...range }).toString()}`);
    await until(
      () => numberOn(reader),
      (number) => number === '1',
    );
    const stream = listen(api + path);
    await until(
      () => stream.seen,
      (seen) => seen.includes(1),
    );
    for (let views = 2; views <= 11; views++) {
      await visitor.bringToFront();
      await visitor.reload();
      await reader.bringToFront();
      await until(
        () => numberOn(reader),
        (number) => number === String(views),
      );
      await until(
        () => stream.seen,
        (seen) => seen.at(-1) === views,
      );
    }
    stream.close();
    // One view after the other, none twice, none left out.
    assert.deepEqual(
      stream.seen,
      Array.from({ length: 11 }, (_, i) => i + 1),
    );
    const said = await reader.$eval('[data-said]', (element) => element.textContent);
    assert.match(said, /^Live: counted up to \d\d:\d\d:\d\d UTC\.$/);
    // The picture and the table followed.
    await until(
      () => reader.$eval('#body', (element) => element.textContent),
      (text) => text.includes('11'),
    );
  } finally {
    await context.close();
  }
});
