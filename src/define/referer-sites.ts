/**
 * A site that people come from: its name, what its host contains from the beginning of a label on, and what the
 * query must have. Source: analytics/refinery-source at f9adc85b, core/referer/*Definition.java (Apache-2.0).
 */
export interface RefererSite {
  readonly name: string;
  readonly host: RegExp;
  readonly query?: RegExp;
}

/** A domain of a country: `.de`, `.co.uk`, with the dot that ends a full name. */
const ANY_COUNTRY = String.raw`[a-z]{2,3}(?:\.[a-z]{0,3})?$`;

export const AI_CHATBOTS: readonly RefererSite[] = sites({
  ChatGPT: 'chatgpt[.]com',
  Claude: 'claude[.]ai',
  Copilot: 'copilot[.]microsoft[.]com',
  Gemini: 'gemini[.]google[.]com|deepmind[.]google',
  Grok: 'grok[.]com',
  Perplexity: 'perplexity[.]ai',
});

export const SEARCH_ENGINES: readonly RefererSite[] = [
  ...sites({
    AOL: 'search[.]aol[.]',
    Ask: 'ask[.]com',
    AU: 'search[.]auone[.]jp',
    Baidu: 'baidu[.]com',
    Bing: 'bing[.]com',
    Brave: 'search[.]brave[.]com',
    'Coc Coc': 'coccoc[.]com',
    Daum: 'search[.]daum[.]net',
    DuckDuckGo: 'duckduckgo[.](?:com|mobile[.]android)',
    Docomo: 'docomo[.]ne[.]jp',
    Ecosia: 'ecosia[.](?:org|android)',
    Google: `google[.](?:${ANY_COUNTRY}|android|earth)`,
  }),
  {
    name: 'Google Translate',
    host: fromLabel('translate[.]googleusercontent[.]'),
    query: /prev=search|client=srp/,
  },
  ...sites({
    Kagi: 'kagi[.]com',
    Lilo: 'lilo[.](?:org|mobile[.]android)',
    MyWay: 'search[.]myway[.]com',
    Naver: 'search[.]naver[.]com',
    Petal: 'petalsearch[.]com',
    Qwant: 'qwant[.](?:com|liberty)',
    Rakuten: `rakuten[.]${ANY_COUNTRY}`,
    Seznam: 'seznam[.](?:cz|sbrowser|mapy)',
    Startpage: `(?:startpage|ixquick)[.]${ANY_COUNTRY}`,
    VK: 'go[.]mail[.]ru',
    Yahoo: 'search[.]yahoo[.]',
    Yandex: `ya[.]ru|yandex[.](?:${ANY_COUNTRY}|browser|searchplugin|searchapp|translate)`,
  }),
];

/** The name of sites that are called like a search engine. `research` is none. */
export const PREDICTED = 'Predicted Other';
export const PREDICTED_HOST = /(?<!re)(?:search|suche)|(?:^|[.])(?:pre|secure)(?:search|suche)/;

export const MEDIA_SITES: readonly RefererSite[] = sites({
  Bluesky: 'bsky[.]app',
  Coursera: 'coursera[.](?:org|com)',
  Discord: 'discord[.]com',
  Facebook: 'facebook[.]com?|messenger[.]com',
  Github: 'github[.]com',
  Instagram: 'ig[.]me|(?:cdn)?instagram[.]com',
  LinkedIn: 'linkedin[.](?:com|android)|lnkd[.]in',
  Medium: 'medium[.]com',
  Pinterest: 'pin[.]it|pinimg[.]com|pinterest',
  Quora: 'quora[.]com|quoracdn[.]net',
  Reddit: 'reddit[.]com|redd[.]it|com[.]reddit',
  Stackoverflow: '(?:stackexchange|stackapps|askubuntu|blogoverflow|stackoverflow)[.]com|mathoverflow[.]net',
  Steam: 'steam[.]com',
  Threads: 'threads[.]com',
  Tiktok: 'tiktok[.]com',
  Twitch: 'twitch[.]tv',
  Twitter: 'x[.]com|t[.]co$|(?:twitter|twimg|twttr)[.](?:com|android)',
  Ycombinator: 'startupschool[.]org|ycombinator[.]com',
  Youtube: '(?:youtube|googlevideo|ytimg)[.]com|youtu[.]be',
});

function sites(hosts: Readonly<Record<string, string>>): RefererSite[] {
  return Object.entries(hosts).map(([name, host]) => ({ name, host: fromLabel(host) }));
}

function fromLabel(host: string): RegExp {
  return new RegExp(`^(?:[a-z0-9.-]*[.])?(?:${host})`);
}
