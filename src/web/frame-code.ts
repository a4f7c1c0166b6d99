import { html } from './html.ts';

/** The size of a frame with a picture, in dots. */
export const PICTURE_SIZE = { width: 720, height: 420 } as const;
/** The size of a frame with a counter. */
export const COUNTER_SIZE = { width: 420, height: 170 } as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The HTML of a frame, for other sites to copy. */
export function frameCode(url: string, title: string, { width, height }: Size = PICTURE_SIZE): string {
  const attributes = html`src="${url}" width="${width}" height="${height}" title="${title}"`;
  return `<iframe ${attributes.text}></iframe>`;
}
