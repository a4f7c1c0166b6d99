// GraphiQL for this instance. Only its page loads this script, after React and GraphiQL's bundle.
interface Asked {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
}
declare const React: { createElement(type: unknown, properties: Readonly<Record<string, unknown>>): unknown };
declare const ReactDOM: { createRoot(target: Element): { render(element: unknown): void } };
declare const GraphiQL: unknown;

const target = document.getElementById('graphiql');
if (target) {
  const endpoint = target.dataset['endpoint'] ?? '/graphql';
  const fetcher = async (asked: Asked): Promise<unknown> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(asked),
    });
    return response.json();
  };
  // GraphiQL's text fields lack labels, though the parts around them have some, and scrolling parts can't be
  // reached by keyboard. This adds both.
  const mend = (): void => {
    for (const field of target.querySelectorAll('textarea:not([aria-label])'))
      field.setAttribute('aria-label', field.closest('[aria-label]')?.getAttribute('aria-label') ?? 'Editor');
    for (const box of target.querySelectorAll('.CodeMirror-scroll')) box.setAttribute('tabindex', '0');
  };
  new MutationObserver(mend).observe(target, { childList: true, subtree: true });
  // A link with a query opens that query. Otherwise GraphiQL shows what was typed last time.
  const linked = new URLSearchParams(location.search).get('query');
  ReactDOM.createRoot(target).render(
    React.createElement(GraphiQL, {
      fetcher,
      // Tabs are off, because each contains a button that keyboards and screen readers can't tell from the tab.
      disableTabs: true,
      defaultQuery: target.dataset['query'],
      ...(linked === null ? {} : { query: linked }),
    }),
  );
}
