import { settleLanguage } from './locale.ts';

/** The pictures that can become interactive. */
const FIGURES = 'figure.chart[data-lines]';
/** Numbers of a picture are fetched when it is this far from the visible part of the page. */
const AHEAD = '200px';

/**
 * Makes pictures interactive when they are nearly visible, also pictures that are added later. Pages without
 * pictures don't load the chart code.
 */
export function watchFigures(): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        void enliven(target as HTMLElement);
      }
    },
    { rootMargin: AHEAD },
  );
  const watch = (root: ParentNode): void => {
    for (const figure of root.querySelectorAll(FIGURES)) near.observe(figure);
  };
  watch(document);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof HTMLElement && node.parentElement && !node.closest('.live'))
        watch(node.parentElement);
  }).observe(document.body, { childList: true, subtree: true });
}

/** Makes a picture interactive. If that fails, the picture stays, which shows everything. */
async function enliven(figure: HTMLElement): Promise<void> {
  try {
    settleLanguage();
    const { drawFigure } = await import('./chart.ts');
    await drawFigure(figure);
  } catch {
    figure.querySelector('.live')?.remove();
  }
}
