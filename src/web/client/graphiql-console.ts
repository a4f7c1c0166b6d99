// GraphiQL over our own endpoint. Loaded by its page only, after React and the bundle that has it.
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
  // Its editors' fields have no names, though the parts that they are in have, and what scrolls isn't reached by keys.
  const mend = (): void => {
    for (const field of target.querySelectorAll('textarea:not([aria-label])'))
      field.setAttribute('aria-label', field.closest('[aria-label]')?.getAttribute('aria-label') ?? 'Editor');
    for (const box of target.querySelectorAll('.CodeMirror-scroll')) box.setAttribute('tabindex', '0');
  };
  new MutationObserver(mend).observe(target, { childList: true, subtree: true });
  // A link to a query opens that one; otherwise what was typed last time is there again.
  const linked = new URLSearchParams(location.search).get('query');
  ReactDOM.createRoot(target).render(
    React.createElement(GraphiQL, {
      fetcher,
      // Each is a tab with a button in it, which neither keys nor screen readers can tell apart.
      disableTabs: true,
      defaultQuery: target.dataset['query'],
      ...(linked === null ? {} : { query: linked }),
    }),
  );
}
