const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, lone surrogates and noncharacters. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

/** Escapes text for XML elements and quoted attributes. Characters that XML forbids become `�`. */
export function escapeXml(text: string): string {
  return escapeMarkup(text.replace(FORBIDDEN, '\ufffd'));
}

/** Escapes text for HTML elements and quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|\p{Extended_Pictographic}/u;
const NARROW = /[ijlIft.,:;!'|()[\] -]/;

/** The approximate width of a text in a sans-serif font, in the unit of `size`. There is no font to measure it. */
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

/** Splits text into what people see as one character. */
const SEGMENTS = new Intl.Segmenter('en');

/** A text cut to a width, with `…` at the end if it was too long. */
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
