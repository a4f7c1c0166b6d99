import { Random, spread } from './random.ts';
import type { Site } from './sites.ts';
import { APPS, DESKTOPS, LANGUAGES, longUserAgent, PHONES, SHORT, SPIDERS } from './user-agents.ts';

/** Whoever sends requests: a browser on a device, a crawler, or a program that doesn't say that it is one. */
export interface Actor {
  readonly site: Site;
  readonly address: string;
  readonly userAgent: string;
  readonly language: string;
  readonly isMobile: boolean;
  /** The last-access cookie that comes with the next view, `refused` if it never has a cookie, or none. */
  cookie: Cookie;
}

/** A day as in `19-Nov-2026`, or: */
export type Cookie =
  | string
  /** no cookie at all, but the next view has today's. */
  | typeof NEW
  /** no cookie at all, ever. */
  | typeof REFUSED
  /** other cookies than ours; the next view has ours. */
  | typeof OTHER;
export const NEW = '';
export const REFUSED = 'refused';
export const OTHER = 'other';

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As in `19-Nov-2026`. */
export function cookieDay(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
}

/** A person's device by its number. The same number is the same device. */
export function deviceOf(number: number, site: Site, dayMs: number): Actor {
  const traits = spread(number, 1);
  const kind = traits % 100;
  const isMobile = kind >= 45 && kind < 99;
  const agents = kind === 99 ? APPS : isMobile ? PHONES : DESKTOPS;
  const place = spread(number, 2);
  return {
    site,
    address: addressOf(place),
    userAgent: agents[spread(number, 3) % agents.length] as string,
    language: LANGUAGES[spread(number, 4) % LANGUAGES.length] as string,
    isMobile,
    cookie: firstCookie(spread(number, 5), dayMs),
  };
}

function firstCookie(traits: number, dayMs: number): Cookie {
  const kind = traits % 100;
  if (kind < 8) return REFUSED;
  if (kind < 40) return NEW;
  if (kind < 52) return OTHER;
  if (kind < 53) return 'unknown';
  return cookieDay(dayMs - (1 + ((traits >>> 8) % 31)) * DAY_MS);
}

function addressOf(place: number): string {
  const [a, b, c] = [(place >>> 16) & 255, (place >>> 8) & 255, place & 255];
  if (place % 5 === 0) return `2001:db8:${a.toString(16)}:${b.toString(16)}::${c.toString(16)}`;
  return `10.${a}.${b}.${c}`;
}

export function spiderOf(random: Random, site: Site): Actor {
  return {
    site,
    address: `192.0.2.${random.below(250)}`,
    userAgent: random.of(SPIDERS),
    language: '-',
    isMobile: false,
    cookie: REFUSED,
  };
}

/** What a program that doesn't say that it is one is to do in the day. */
export interface Campaign {
  readonly actor: Actor;
  /** How many of the site's articles it reads, beginning with the one of a rank. */
  readonly pages: number;
  readonly firstRank: number;
  /** Whether all of its requests come in a minute or two. */
  readonly isBurst: boolean;
  left: number;
}

/** The kinds of programs, each with its share of what they all request. */
export const PROGRAMS = {
  manyViews: 0.5,
  burst: 0.002,
  fewPages: 0.16,
  longUserAgent: 0.06,
  shortUserAgent: 0.06,
  harmless: 0.12,
} as const;
export type Program = keyof typeof PROGRAMS;

/**
 * Begins a campaign of a kind. Some stay just below what makes a program of an actor.
 * @param number another one for each campaign, by which it has an address of its own
 */
export function campaignOf(program: Program, random: Random, site: Site, number: number): Campaign {
  const actor = (userAgent: string, cookie: Cookie): Actor => ({
    site,
    address: `203.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`,
    userAgent,
    language: random.of(LANGUAGES),
    isMobile: false,
    cookie,
  });
  const firstRank = random.below(site.articles);
  const all = { firstRank, pages: site.articles, isBurst: false };
  switch (program) {
    case 'manyViews':
      return { ...all, actor: actor(random.of(DESKTOPS), REFUSED), left: random.between(790, 1600) };
    case 'burst':
      return { ...all, actor: actor(random.of(DESKTOPS), NEW), left: random.between(9, 120), isBurst: true };
    case 'fewPages':
      return {
        ...all,
        actor: actor(random.of(DESKTOPS), random.next() < 0.8 ? REFUSED : NEW),
        pages: random.between(2, 60),
        left: random.between(95, 300),
      };
    case 'longUserAgent':
      return {
        ...all,
        actor: actor(longUserAgent(random.between(398, 600)), NEW),
        left: random.between(5, 40),
      };
    case 'shortUserAgent':
      return { ...all, actor: actor(random.of(SHORT), NEW), left: random.between(5, 40) };
    case 'harmless':
      return { ...all, actor: actor(random.of(DESKTOPS), NEW), left: random.between(5, 100) };
  }
}
