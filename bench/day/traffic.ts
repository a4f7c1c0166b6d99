import {
  type Actor,
  campaignOf,
  type Campaign,
  cookieDay,
  deviceOf,
  NEW,
  OTHER,
  type Program,
  PROGRAMS,
  REFUSED,
  spiderOf,
} from './actors.ts';
import { answerForNoPage, answerForPage, type Answer } from './answers.ts';
import { Random, Shares, spread } from './random.ts';
import { articlePath, queryOf, SITE_SHARES, sitesFor, type Site } from './sites.ts';

/** A request, as the log of a server has it. There is one object for all of them. */
export interface Request extends Answer {
  ms: number;
  site: Site;
  host: string;
  actor: Actor;
  /** The cookie that came with it. */
  cookie: string;
  referer: string;
  isView: boolean;
}

const HOUR_MS = 3_600_000;
/** How busy each hour is, from midnight. */
const HOURS = [5, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 10, 10, 10, 10, 10, 10, 11, 12, 13, 13, 12, 9, 7];
/** The last requests are of the next day's first seconds: a log doesn't end at midnight. */
const AFTER_MIDNIGHT = 0.0005;
const AFTER_MIDNIGHT_MS = 20_000;
/** Who requests, as shares: people, crawlers, programs that don't say so. */
const WHO = new Shares([0.77, 0.13, 0.1]);
const NO_PAGE = { people: 0.28, crawlers: 0.15, programs: 0.05 };
const PROGRAM_NAMES = Object.keys(PROGRAMS) as Program[];
const PROGRAM_SHARES = new Shares(Object.values(PROGRAMS));
/** What is requested of each that reads at the same time, on average. */
const REQUESTS_PER_ACTIVE = 4_000;
const RETURNING = 0.15;
const OTHER_HOST = 0.004;
const REFERERS = [
  'https://www.google.com/',
  'https://www.bing.com/search?q=meadow',
  'https://duckduckgo.com/',
  'https://www.facebook.com/',
  'https://chatgpt.com/',
  'https://news.ycombinator.com/item?id=1',
  'https://friends.example/links',
];

interface Session {
  actor: Actor;
  left: number;
  /** The path that was read last, for the referer. */
  last: string;
}

/** A day of requests in the order of time, the same for the same seed. */
export class Traffic {
  readonly #random: Random;
  readonly #requests: number;
  readonly #dayMs: number;
  readonly #sites: readonly Site[];
  readonly #hours = new Shares(HOURS);
  readonly #sessions: Session[] = [];
  readonly #campaigns = new Map<Program, Campaign[]>();
  readonly #today: string;
  #devices = 0;
  #begun = 0;
  #made = 0;
  #burst: Campaign | undefined;
  #burstMs = 0;

  /** @param dayMs the day's start, in ms since 1970 */
  constructor(seed: number, requests: number, dayMs: number) {
    this.#random = new Random(seed);
    this.#requests = requests;
    this.#dayMs = dayMs;
    this.#today = cookieDay(dayMs);
    this.#sites = sitesFor(requests);
    const active = Math.max(20, Math.round(requests / REQUESTS_PER_ACTIVE));
    for (let i = 0; i < active; i++) this.#sessions.push(this.#session());
    for (const name of PROGRAM_NAMES) {
      const slots = Math.max(1, Math.round((active * PROGRAMS[name]) / 20));
      this.#campaigns.set(
        name,
        Array.from({ length: slots }, () => this.#campaign(name)),
      );
    }
  }

  /** Makes the next request. @param into is overwritten */
  next(into: Request): void {
    into.ms = this.#time(this.#made++);
    if (this.#burst) {
      into.ms = this.#burstMs += this.#random.below(300);
      this.#fromProgram(into, this.#burst);
      if (this.#burst.left === 0) this.#burst = undefined;
      return;
    }
    const who = WHO.at(this.#random.next());
    if (who === 0) this.#fromPerson(into);
    else if (who === 1) this.#fromCrawler(into);
    else {
      const slots =
        this.#campaigns.get(PROGRAM_NAMES[PROGRAM_SHARES.at(this.#random.next())] as Program) ?? [];
      const slot = this.#random.below(slots.length);
      const campaign = slots[slot] as Campaign;
      this.#fromProgram(into, campaign);
      if (campaign.isBurst) [this.#burst, this.#burstMs] = [campaign, into.ms];
    }
  }

  #time(number: number): number {
    const after = this.#requests * (1 - AFTER_MIDNIGHT);
    if (number >= after) {
      return (
        this.#dayMs +
        24 * HOUR_MS +
        Math.floor(((number - after) * AFTER_MIDNIGHT_MS) / (this.#requests - after))
      );
    }
    const share = number / after;
    const hour = this.#hours.at(share);
    const [start, end] = this.#hours.between(hour);
    return this.#dayMs + Math.floor((hour + (share - start) / (end - start)) * HOUR_MS);
  }

  #site(): Site {
    return this.#sites[SITE_SHARES.at(this.#random.next())] as Site;
  }

  #campaign(program: Program): Campaign {
    return campaignOf(program, this.#random, this.#site(), this.#begun++);
  }

  #session(): Session {
    const isReturning = this.#devices > 0 && this.#random.next() < RETURNING;
    const number = isReturning ? this.#random.below(this.#devices) : this.#devices++;
    const site = this.#sites[SITE_SHARES.at(spread(number, 9) / 4_294_967_296)] as Site;
    const actor = deviceOf(number, site, this.#dayMs);
    if (isReturning) this.#viewed(actor);
    // Half of all read one page only.
    const left = this.#random.next() < 0.5 ? 1 : this.#random.between(2, 14);
    return { actor, left, last: '' };
  }

  /** After an answer, a browser that takes cookies has today's. */
  #viewed(actor: Actor): void {
    if (actor.cookie !== REFUSED) actor.cookie = this.#today;
  }

  #fromPerson(into: Request): void {
    const place = this.#random.below(this.#sessions.length);
    const session = this.#sessions[place] as Session;
    if (this.#random.next() < NO_PAGE.people) return this.#noPage(into, session.actor);
    const { site } = session.actor;
    const rank = site.ranks.at(this.#random.next());
    this.#page(into, session.actor, rank);
    into.referer = this.#referer(session);
    session.last = into.path;
    this.#viewed(session.actor);
    if (--session.left <= 0) this.#sessions[place] = this.#session();
  }

  #referer({ actor, last }: Session): string {
    if (last !== '') return `https://${actor.site.host}${last}`;
    return this.#random.next() < 0.4 ? '-' : this.#random.of(REFERERS);
  }

  #fromCrawler(into: Request): void {
    const actor = spiderOf(this.#random, this.#site());
    if (this.#random.next() < NO_PAGE.crawlers) return this.#noPage(into, actor);
    this.#page(into, actor, this.#random.below(actor.site.articles));
  }

  #fromProgram(into: Request, campaign: Campaign): void {
    const { actor, pages, firstRank } = campaign;
    if (!campaign.isBurst && this.#random.next() < NO_PAGE.programs) return this.#noPage(into, actor);
    this.#page(into, actor, (firstRank + this.#random.below(pages)) % actor.site.articles);
    this.#viewed(actor);
    if (--campaign.left > 0) return;
    for (const [program, slots] of this.#campaigns) {
      const slot = slots.indexOf(campaign);
      if (slot >= 0) slots[slot] = this.#campaign(program);
    }
  }

  #page(into: Request, actor: Actor, rank: number): void {
    this.#ask(into, actor);
    into.path = articlePath(rank, actor.site.isCombined ? '\\xC3\\xA9' : '\\u00e9');
    into.query = queryOf(this.#random);
    into.isView = true;
    answerForPage(into, this.#random);
  }

  #noPage(into: Request, actor: Actor): void {
    this.#ask(into, actor);
    into.path = articlePath(actor.site.ranks.at(this.#random.next()), '');
    into.query = '';
    into.isView = false;
    answerForNoPage(into, this.#random, actor.site.isCombined);
  }

  #ask(into: Request, actor: Actor): void {
    into.site = actor.site;
    into.actor = actor;
    into.cookie = actor.cookie;
    into.host = this.#random.next() < OTHER_HOST ? this.#random.of(actor.site.otherHosts) : actor.site.host;
    into.referer = '-';
  }
}

/** Whether a cookie tells that the browser has none at all. */
export function hasNoCookies(cookie: string): boolean {
  return cookie === NEW || cookie === REFUSED;
}

/** Whether a cookie is a last-access one. */
export function isLastAccess(cookie: string): boolean {
  return !hasNoCookies(cookie) && cookie !== OTHER;
}
