import type { Metric } from '../core/metric.ts';
import { pageviewsPerArticle } from './pageviews-per-article.ts';

/** The built-in metrics, in the order of the catalogue. A new one is a file and a line here. */
export const METRICS: readonly Metric[] = [pageviewsPerArticle];
