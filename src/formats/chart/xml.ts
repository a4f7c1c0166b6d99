const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, halves of pairs, and what is no character. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

/** Text as it stands in XML, in elements and in quoted attributes; what XML can't hold becomes `�`. */
export function escapeXml(text: string): string {
  return escapeMarkup(text.replace(FORBIDDEN, '\ufffd'));
}

/** Text as it stands in HTML, in elements and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|\p{Extended_Pictographic}/u;
const NARROW = /[ijlIft.,:;!'|()[\] -]/;

/** About how wide a text is in a sans-serif font, in the unit of `size`. There is no font here to ask. */
export function widthOf(text: string, size: number): number {
  let width = 0;
  for (const character of text)
    width += WIDE.test(character)
      ? 1
      : NARROW.test(character)
        ? 0.32
        : /[A-ZMW@%mw]/.test(character)
          ? 0.74
          : 0.57;
  return width * size;
}

/** What people take for one character. */
const SEGMENTS = new Intl.Segmenter('en');

/** A text that fits, cut with `…` where it has to be. */
export function fitted(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let fitting = '';
  let taken = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    taken += widthOf(segment, size);
    if (fitting !== '' && taken > width - size) break;
    fitting += segment;
  }
  return `${fitting.trimEnd()}…`;
}
