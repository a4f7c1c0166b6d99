/*
 * User agents as servers see them. None of the people's ones looks like a program's by any list; each of the
 * spiders' says what it is.
 */

const CHROME = (system: string, version: number, mobile = ''): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0${mobile} Safari/537.36`;
const SAFARI = (system: string, version: string): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Safari/605.1.15`;
const IPHONE = (system: string, version: string): string =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Mobile/15E148 Safari/604.1`;
const FIREFOX = (system: string, version: number): string =>
  `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;

const VERSIONS = Array.from({ length: 20 }, (_, i) => 124 + i);
const WINDOWS = 'Windows NT 10.0; Win64; x64';

export const DESKTOPS: readonly string[] = [
  ...VERSIONS.map((version) => CHROME(WINDOWS, version)),
  ...VERSIONS.map((version) => CHROME('Macintosh; Intel Mac OS X 10_15_7', version)),
  ...VERSIONS.slice(10).map((version) => CHROME('X11; Linux x86_64', version)),
  ...VERSIONS.slice(10).map((version) => `${CHROME(WINDOWS, version)} Edg/${version}.0.0.0`),
  ...VERSIONS.map((version) => FIREFOX(WINDOWS, version)),
  ...VERSIONS.slice(10).map((version) => FIREFOX('X11; Linux x86_64', version)),
  ...VERSIONS.slice(10).map((version) => FIREFOX('Macintosh; Intel Mac OS X 10.15', version)),
  ...['16.6', '17.5', '18.1', '18.6', '26.0'].map((version) =>
    SAFARI('Macintosh; Intel Mac OS X 10_15_7', version),
  ),
];

const PHONES_OF_ANDROID = ['K', 'SM-S921B', 'SM-A546B', 'Pixel 8', 'Pixel 9 Pro', '23078PND5G', 'CPH2581'];

export const PHONES: readonly string[] = [
  ...PHONES_OF_ANDROID.flatMap((phone) =>
    VERSIONS.slice(8).map((version) => CHROME(`Linux; Android 14; ${phone}`, version, ' Mobile')),
  ),
  IPHONE('16_6', '16.6'),
  IPHONE('17_5', '17.5'),
  IPHONE('18_1', '18.1'),
  IPHONE('18_6', '18.6'),
  'Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
];

/** Wikimedia's apps, whose user agents the rule of access methods knows. */
export const APPS: readonly string[] = [
  'WikipediaApp/2.7.50512-r-2025-01-15 (Android 14; Phone) Google Play',
  'WikipediaApp/7.7.6.5124 (iOS 18.1; Phone)',
];

export const SPIDERS: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36',
  'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
  'Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)',
  'Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'python-requests/2.32.3',
  'Python-urllib/3.11',
  'curl/8.5.0',
  'Wget/1.21.4',
  'Java/17.0.9',
  'libwww-perl/6.72',
  'Scrapy/2.11.2 (+https://scrapy.org)',
  'WordPress/6.6.2; https://news.example.net',
  'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)',
  'PHP/8.2.7',
  'Ruby',
  '-',
];

/** Programs that don't say so, by a user agent shorter than any browser's. */
export const SHORT: readonly string[] = [
  'Mozilla/5.0',
  'Mozilla/4.0 (MSIE 6.0)',
  'Opera/9.80',
  'okay/1.0',
  'x',
];

/** One that is longer than any browser's. */
export function longUserAgent(length: number): string {
  const base = CHROME(WINDOWS, 140);
  return `${base} ${'Extension/1.0 '.repeat(60)}`.slice(0, length);
}

export const LANGUAGES: readonly string[] = [
  'en-US,en;q=0.9',
  'en-GB,en;q=0.8',
  'de-DE,de;q=0.9,en;q=0.7',
  'fr-FR,fr;q=0.9',
  'es-ES,es;q=0.9',
  'ja',
  'pt-BR,pt;q=0.9,en;q=0.8',
  '-',
];
