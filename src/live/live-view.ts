import { LRUCache } from 'lru-cache';
import { actorOf } from '../define/actor.ts';
import { pageMarks, xAnalyticsOf } from '../define/x-analytics.ts';
import type { VIEW_TEXTS } from '../core/metric/view-events.ts';
import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import { previousOf } from '../refine/previous.ts';
import { type Source, STREAM_OF } from '../refine/view-maker.ts';
import type { Page, Referer, ViewRules } from '../refine/view-rules.ts';
import { dashless, type Sent, SENT, textOf } from './sent.ts';
import { dayOfHour } from '../raw/hours.ts';

/** The columns of the table of views that numbers are made of, but for `timestamp`. The others aren't held. */
export const LIVE_TEXTS = [
  'project',
  'article',
  'access',
  'agent',
  'country',
  'referer_class',
  'referer_host',
  'previous',
  'browser_family',
  'os_family',
  'last_access',
  'no_cookies',
  'actor',
  'dt',
] as const satisfies readonly (typeof VIEW_TEXTS)[number][];
type LiveText = (typeof LIVE_TEXTS)[number];

/** A row of the table of views that isn't in the lake yet. */
export interface LiveView {
  readonly hour: Ordinal;
  readonly project: string;
  /** In the order of `LIVE_TEXTS`. `agent` is `user` or `spider`: who is a program shows by what else it does. */
  readonly texts: readonly string[];
  readonly userAgentLength: number;
}

/** An event that can be a page view. */
export interface LiveEvent {
  readonly id: string;
  readonly hour: Ordinal;
  /** Undefined if it is no view. */
  readonly view: LiveView | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** How many decisions of a kind are kept. */
const KEPT = 20_000;

interface Agent {
  readonly spider: string | undefined;
  readonly access: string;
  readonly accessIfMobile: string;
  readonly browserFamily: string;
  readonly osFamily: string;
}

/**
 * Decides about events one by one, by the rules by which refining decides about an hour's distinct values. What was decided
 * about a value is kept: most come again.
 */
export class LiveViews {
  readonly #rules: ViewRules;
  readonly #keyOf: (day: Ordinal) => Uint8Array;
  readonly #agents = new LRUCache<string, Agent>({ max: KEPT });
  readonly #pages = new LRUCache<string, { readonly page: Page | undefined }>({ max: KEPT });
  readonly #links = new LRUCache<string, readonly [referer: Referer, previous: string]>({ max: KEPT });
  readonly #answers = new LRUCache<string, { readonly isView: boolean }>({ max: KEPT });
  readonly #countries = new LRUCache<string, string>({ max: KEPT });
  /** The project of each host that has pages. */
  readonly #projects = new LRUCache<string, string>({ max: KEPT });

  /** @param keyOf returns the key of a day, by which actors are named */
  constructor(rules: ViewRules, keyOf: (day: Ordinal) => Uint8Array) {
    this.#rules = rules;
    this.#keyOf = keyOf;
  }

  /** Reads an event of a log. @returns undefined if it can't become a row */
  read(source: Source, json: string): LiveEvent | undefined {
    let event: Fields;
    try {
      event = JSON.parse(json) as Fields;
    } catch {
      return undefined;
    }
    const meta = event?.['meta'] as Fields | undefined;
    const id = meta?.['id'];
    const receivedMs = Date.parse(textOf(meta?.['dt']));
    if (typeof id !== 'string' || Number.isNaN(receivedMs)) return undefined;
    const { time } = STREAM_OF[source];
    const own = time ? textOf(event[time.field]) : textOf(meta?.['dt']);
    const ownMs = Date.parse(own);
    const isOwn = time === undefined || Math.abs(ownMs - receivedMs) <= time.windowMs;
    const ms = isOwn ? ownMs : receivedMs;
    const hour = Math.floor(ms / HOUR_MS);
    const dt = isOwn && own.length === 24 && own.endsWith('Z') ? own : new Date(ms).toISOString();
    return { id, hour, view: this.#viewOf(source, event, { hour, dt }) };
  }

  #viewOf(
    source: Source,
    event: Fields,
    { hour, dt }: { readonly hour: Ordinal; readonly dt: string },
  ): LiveView | undefined {
    const sent = SENT[source](event);
    const isApp = sent.userAgent.includes(this.#rules.appMark);
    if (!this.#isView(sent, isApp)) return undefined;
    const page = this.#pageOf(sent, isApp);
    if (!page) return undefined;
    const { host, address, userAgent, language } = sent;
    if (!this.#projects.has(host)) this.#projects.set(host, page.project);
    const hostProject = this.#projects.get(host);
    const agent = this.#agentOf(userAgent, host);
    const [referer, previous] = this.#linkOf(host, sent.referer, hostProject);
    const marks = sent.xAnalytics === '' ? NO_MARKS : xAnalyticsOf(sent.xAnalytics);
    const installation = marks.get('wmfuuid') ?? '';
    const actor =
      agent.spider === undefined && address !== ''
        ? actorOf(this.#keyOf(dayOfHour(hour)), {
            address,
            userAgent,
            language,
            host: hostProject,
            installation,
          })
        : '';
    const row: Readonly<Record<LiveText, string>> = {
      project: page.project,
      article: page.article,
      access: sent.isMobile || marks.get('ismobile') === '1' ? agent.accessIfMobile : agent.access,
      agent: agent.spider === undefined ? 'user' : 'spider',
      country: this.#countryOf(address),
      referer_class: referer.class,
      referer_host: referer.host,
      previous,
      browser_family: agent.browserFamily,
      os_family: agent.osFamily,
      last_access: this.#rules.lastAccessDay(sent.lastAccess ?? marks.get('WMF-Last-Access') ?? ''),
      no_cookies: sent.noCookies ?? noCookiesOf(sent.xAnalytics, marks),
      actor,
      dt,
    };
    return {
      hour,
      project: page.project,
      texts: LIVE_TEXTS.map((name) => row[name]),
      userAgentLength: userAgent.length,
    };
  }

  #isView({ answerHost, method, status, contentType }: Sent, isApp: boolean): boolean {
    const key = `${answerHost}\0${method}\0${status}\0${contentType}\0${isApp}`;
    let known = this.#answers.get(key);
    if (!known) {
      known = { isView: this.#rules.isView({ host: answerHost, method, status, contentType, isApp }) };
      this.#answers.set(key, known);
    }
    return known.isView;
  }

  #pageOf({ host, path, query, contentType, xAnalytics }: Sent, isApp: boolean): Page | undefined {
    const hasContentType = contentType !== '' && contentType !== '-';
    const pageKeys = xAnalytics === '' ? '' : dashless(pageMarks(xAnalytics));
    const key = `${host}\0${path}\0${query}\0${pageKeys}\0${isApp}\0${hasContentType}`;
    let known = this.#pages.get(key);
    if (!known) {
      known = {
        page: this.#rules.pageOf({ host, path, query, xAnalytics: pageKeys, isApp, hasContentType }),
      };
      this.#pages.set(key, known);
    }
    return known.page;
  }

  #agentOf(userAgent: string, host: string): Agent {
    const spiders = this.#rules.spiderRulesOf(host);
    const key = `${spiders}\0${userAgent}`;
    let known = this.#agents.get(key);
    if (!known) {
      const { browserFamily, osFamily } = this.#rules.userAgentOf(userAgent);
      known = {
        spider: this.#rules.spiderBy(userAgent, spiders),
        access: this.#rules.accessOf(userAgent, false),
        accessIfMobile: this.#rules.accessOf(userAgent, true),
        browserFamily,
        osFamily,
      };
      this.#agents.set(key, known);
    }
    return known;
  }

  #linkOf(host: string, referer: string, project: string | undefined): readonly [Referer, string] {
    const key = `${host}\0${referer}`;
    let known = this.#links.get(key);
    if (!known) {
      const found = this.#rules.refererOf(referer, host);
      known = [found, previousOf(this.#rules, referer, found, project)];
      this.#links.set(key, known);
    }
    return known;
  }

  #countryOf(address: string): string {
    const { countryOf, unknownCountry } = this.#rules;
    if (!countryOf) return unknownCountry;
    let known = this.#countries.get(address);
    if (known === undefined) this.#countries.set(address, (known = countryOf(address)));
    return known;
  }
}

const NO_MARKS: ReadonlyMap<string, string> = new Map();

/** Without the header nobody can tell whether there were cookies. */
function noCookiesOf(xAnalytics: string, marks: ReadonlyMap<string, string>): string {
  if (xAnalytics === '') return '';
  return marks.get('nocookies') === '1' ? 'true' : 'false';
}
