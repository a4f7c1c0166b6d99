import type { Metric } from '../core/metric/metric.ts';
import { invalidParameter } from '../core/problem.ts';
import { measureAt } from './chart/chart.ts';
import { DEFAULT_THEME, THEMES, type Theme } from './chart/style.ts';

export interface PictureOptions {
  readonly measure?: string;
  readonly scale?: (typeof PICTURE_CHOICES.scale)[number];
  readonly theme?: Theme;
  /** Of pictures of dots: as a chart, or as the picture of a link, 1200 × 630. */
  readonly size?: (typeof PICTURE_CHOICES.size)[number];
}

export const PICTURE_OPTIONS = [
  'measure',
  'scale',
  'theme',
  'size',
] as const satisfies readonly (keyof PictureOptions)[];

/** The options of a picture with a closed list of values. */
export const PICTURE_CHOICES = { scale: ['linear', 'log'], theme: THEMES, size: ['chart', 'card'] } as const;

/** The options of a picture as texts of a URL; null or undefined if not given. */
export type PictureTexts = Readonly<Partial<Record<keyof PictureOptions, string | null>>>;

/** Reads the options of a picture. @throws Problem for an unknown measure, scale or theme */
export function pictureOptions(metric: Metric, texts: PictureTexts): PictureOptions {
  const measure = texts.measure ?? undefined;
  const scale = choice('scale', texts.scale);
  const theme = choice('theme', texts.theme);
  const size = choice('size', texts.size);
  if (measure !== undefined) measureAt(metric, measure);
  if (scale !== undefined && metric.shape.kind === 'top')
    throw invalidParameter('scale', `${metric.name} has ranked lists, and their bars are always linear`);
  return {
    ...(measure === undefined ? {} : { measure }),
    ...(scale === undefined ? {} : { scale }),
    ...(theme === undefined ? {} : { theme }),
    ...(size === undefined ? {} : { size }),
  };
}

function choice<Name extends keyof typeof PICTURE_CHOICES>(
  name: Name,
  text: string | null | undefined,
): (typeof PICTURE_CHOICES)[Name][number] | undefined {
  if (text === null || text === undefined) return undefined;
  const allowed: readonly (typeof PICTURE_CHOICES)[Name][number][] = PICTURE_CHOICES[name];
  const found = allowed.find((known) => known === text);
  if (found !== undefined) return found;
  const others = allowed.slice(0, -1).join(', ');
  throw invalidParameter(name, `${name} should be ${others} or ${allowed.at(-1)}`, allowed);
}

/** The part of a cache key that stands for a picture's options. */
export function pictureName({
  measure = '',
  scale = 'linear',
  theme = DEFAULT_THEME,
  size = 'chart',
}: PictureOptions): string {
  return `${scale} ${theme} ${size} ${measure}`;
}
