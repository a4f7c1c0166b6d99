import type { Declared } from '../xml/xml-place.ts';

export const DATABASE = 1;
export const NAMESPACE = 2;
export const PAGE = 3;
export const TITLE = 4;
export const PAGE_NAMESPACE = 5;
export const PAGE_ID = 6;
export const REDIRECT = 7;
export const REVISION = 8;
export const REVISION_ID = 9;
export const PARENT_ID = 10;
export const TIMESTAMP = 11;
export const USER_NAME = 12;
export const ADDRESS = 13;
export const TEXT = 14;

const OTHER: Declared = { id: 0 };
const text = (id: number): Declared => ({ id, keeps: 'text' });
const SIZED: Declared = { id: TEXT, keeps: 'length' };

/** The elements of a dump that are read. https://www.mediawiki.org/xml/export-0.11.xsd */
export const DUMP: Readonly<Record<string, Declared>> = {
  mediawiki: {
    id: 0,
    children: {
      siteinfo: {
        id: 0,
        children: {
          dbname: text(DATABASE),
          namespaces: { id: 0, children: { namespace: text(NAMESPACE) } },
        },
      },
      page: {
        id: PAGE,
        children: {
          title: text(TITLE),
          ns: text(PAGE_NAMESPACE),
          id: text(PAGE_ID),
          redirect: { id: REDIRECT },
          revision: {
            id: REVISION,
            children: {
              id: text(REVISION_ID),
              parentid: text(PARENT_ID),
              timestamp: text(TIMESTAMP),
              contributor: {
                id: 0,
                children: { username: text(USER_NAME), id: OTHER, ip: text(ADDRESS) },
              },
              minor: OTHER,
              comment: OTHER,
              origin: OTHER,
              model: OTHER,
              format: OTHER,
              // The text of the main slot; other slots have theirs in `content`.
              text: SIZED,
              content: { id: 0, children: { role: OTHER, origin: OTHER, text: SIZED } },
              sha1: OTHER,
            },
          },
        },
      },
    },
  },
};
