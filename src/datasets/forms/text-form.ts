import type { CsvForm } from '../../load/item-lines.ts';

/** How the text of a file is written, as far as its owner says it. */
export interface TextForm extends Omit<CsvForm, 'skipsEmpty'> {
  /** A label of the Encoding Standard, such as `windows-1252`. The default is UTF-8. */
  readonly encoding?: Encoding;
}

/** The encodings that files may have. */
export const ENCODINGS = [
  'utf-8',
  'utf-16',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1257',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
  'macintosh',
  'koi8-r',
  'ibm866',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The separators that files may have, by the words for those that can't be seen. */
export const SEPARATORS: Readonly<Record<string, string>> = {
  ',': ',',
  ';': ';',
  tab: '\t',
  '\t': '\t',
  '|': '|',
  ':': ':',
  '~': '~',
  space: ' ',
};
