import { setTimeout as pause } from 'node:timers/promises';
import axe from 'axe-core';
import type { BrowserContext, HTTPRequest, HTTPResponse, Page } from 'puppeteer-core';
import { browser, origin } from './in-browser.ts';

/** How wide the narrowest phone is that pages have to fit, and how wide a desk, in CSS pixels. */
export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

/** Far above what anything takes, on a busy machine too. */
const PATIENCE_MS = 30_000;
/** How long nothing is asked for after all is loaded. */
const QUIET_MS = 150;

export type ColorScheme = 'light' | 'dark';

/** A page that is watched from before it loads: what it says in the console, what it asks for. */
export class Visit {
  readonly page: Page;
  /** Whatever came to the console, from scripts or from the browser itself: nothing should. */
  readonly noise: string[] = [];
  /** Every URL that was asked for, but data: and blob:. */
  readonly asked: string[] = [];
  /** What the page that is open waits for. */
  readonly #pending = new Set<HTTPRequest>();
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  /** A page without a cache or cookies of before. */
  static async begin(viewport = DESK): Promise<Visit> {
    const context = await (await browser()).createBrowserContext();
    const page = await context.newPage();
    const visit = new Visit(context, page);
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setViewport(viewport);
    page.on('console', (message) => visit.noise.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => visit.noise.push(`uncaught: ${String(error)}`));
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) visit.#pending.clear();
      visit.#pending.add(request);
      if (!/^(?:data|blob):/.test(request.url())) visit.asked.push(request.url());
    });
    // What the page before asked for in its last moment is told of only now, and never ends.
    page.on('framenavigated', (frame) => frame === page.mainFrame() && visit.#pending.clear());
    for (const event of ['requestfinished', 'requestfailed'] as const)
      page.on(event, (request) => visit.#pending.delete(request));
    // Violations of the policy of contents, and the like, that never come to the console.
    const devtools = await page.createCDPSession();
    devtools.on('Audits.issueAdded', ({ issue }) => {
      if (!TOLERATED.has(issue.code)) visit.noise.push(`issue: ${JSON.stringify(issue)}`);
    });
    await devtools.send('Audits.enable');
    return visit;
  }

  /** Opens a path of the gateway, and waits until nothing is loading any more. */
  async open(path: string): Promise<HTTPResponse> {
    const response = await this.load(path);
    await this.#quiet(path);
    return response;
  }

  /** Opens a path of the gateway, and waits until what its HTML names is there: all there is without scripts. */
  async load(path: string): Promise<HTTPResponse> {
    const response = await this.page.goto(new URL(path, origin()).href);
    if (!response) throw new Error(`${path} gave no response`);
    return response;
  }

  /** Until nothing was pending for a while. Puppeteer's own count keeps what a page left behind when it was left. */
  async #quiet(path: string): Promise<void> {
    let since = performance.now();
    for (const began = since; performance.now() - since < QUIET_MS; await pause(QUIET_MS / 5)) {
      if (this.#pending.size > 0) since = performance.now();
      if (performance.now() - began > PATIENCE_MS) throw new Error(`${path} goes on loading`);
    }
  }

  /** Leaves what was before out of account. */
  forget(): void {
    this.noise.length = 0;
    this.asked.length = 0;
  }

  /** What was asked of anybody but the gateway. */
  get strangers(): string[] {
    return this.asked.filter((url) => new URL(url).origin !== origin());
  }

  async colorScheme(value: ColorScheme): Promise<void> {
    await this.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
  }

  async end(): Promise<void> {
    await this.#context.close();
  }
}

/** Hints for people who write pages, which say nothing of how these work. */
const TOLERATED: ReadonlySet<string> = new Set(['GenericIssue', 'PerformanceIssue']);

/** The rules of axe whose findings depend on colours: a page that passes the others in light does so in dark. */
export const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe finds on the whole page that is serious or critical, a line a rule. @param rules those to try, instead of all */
export async function barriers(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated by the debugger, to which the page's policy doesn't apply.
  await page.evaluate(axe.source);
  return page.evaluate(
    async (rules) => {
      const { axe: inPage } = window as unknown as { axe: typeof axe };
      // Colours on their way to others are none to measure.
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const { violations } = await inPage.run({
        resultTypes: ['violations'],
        ...(rules && { runOnly: { type: 'rule', values: rules } }),
      });
      return violations.flatMap(({ id, impact, nodes }) => {
        if (impact !== 'serious' && impact !== 'critical') return [];
        const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
        return `${impact}: ${id}, ${nodes.length} times: ${where.join(', ')}: ${nodes[0]?.failureSummary ?? ''}`;
      });
    },
    rules && [...rules],
  );
}

/** The elements that reach beyond the viewport's right edge and are cut off nowhere before it. */
export async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const clipped = (element: Element): boolean => {
      for (let outer = element.parentElement; outer; outer = outer.parentElement) {
        if (outer !== document.body && getComputedStyle(outer).overflowX !== 'visible') return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5 && !clipped(element),
    );
    return [
      `${document.documentElement.scrollWidth} px`,
      ...wide.map((element) => {
        const { right } = element.getBoundingClientRect();
        const { tagName, id, classList } = element;
        return `${[tagName.toLowerCase() + (id && '#' + id), ...classList].join('.')} to ${Math.round(right)}: ${(element.textContent ?? '').trim().slice(0, 40)}`;
      }),
    ];
  });
}
