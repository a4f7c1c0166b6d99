import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { tell, TYPES } from './told.ts';

/* EventSource of a browser. It opens six connections to a server at most, in each of its contexts. */

const PER_CONTEXT = 5;
const [executablePath = '', ...urls] = process.argv.slice(2);
const userDataDir = await mkdtemp(join(tmpdir(), 'kraken-cut-profile-'));
const browser = await launch({
  executablePath,
  userDataDir,
  headless: 'shell',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
  env: { ...process.env, LC_ALL: 'en_GB.UTF-8' },
});
for (let first = 0; first < urls.length; first += PER_CONTEXT) {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.exposeFunction('tell', tell);
  // A page of the server, without anything else of it.
  await page.goto(new URL('/robots.txt', urls[0]).href);
  // A stream that was refused is closed for good, and so is one that was cut within the head of its answer.
  const script = `(urls, types) => urls.forEach((url, i) => {
    const open = (seen) => {
      const source = new EventSource(url + (url.includes('?') ? '&' : '?') + 'lastEventId=' + encodeURIComponent(seen));
      for (const type of types)
        source.addEventListener(type, ({ data, lastEventId }) => {
          seen = lastEventId;
          tell(${first} + i, type, data, lastEventId);
        });
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000, seen);
      });
    };
    open('*');
  })`;
  await page.evaluate(
    `(${script})(${JSON.stringify(urls.slice(first, first + PER_CONTEXT))}, ${JSON.stringify(TYPES)})`,
  );
}
process.on('SIGTERM', () => {
  void browser
    .close()
    .then(() => rm(userDataDir, { recursive: true, force: true }))
    .then(() => process.exit(0));
});
