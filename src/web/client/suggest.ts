/** Suggestions are requested after a pause in typing of this length, in ms. */
const PAUSE_MS = 120;
const MAX_SUGGESTIONS = '12';

let timer: ReturnType<typeof setTimeout> | undefined;
let flight: AbortController | undefined;

/** Fills the suggestions of a text field with existing values that have the typed prefix, together with the other fields' values. */
export function suggestValues(field: HTMLInputElement): void {
  const list = field.list;
  const url = list?.dataset.values;
  if (!list || url === undefined) return;
  clearTimeout(timer);
  timer = setTimeout(() => void fill(field, list, url), PAUSE_MS);
}

async function fill(field: HTMLInputElement, list: HTMLElement, url: string): Promise<void> {
  flight?.abort();
  const { signal } = (flight = new AbortController());
  const query = new URLSearchParams({ prefix: field.value.trim(), limit: MAX_SUGGESTIONS, ...others(field) });
  try {
    const response = await fetch(`${url}?${query.toString()}`, { signal });
    if (!response.ok) return;
    const { values } = (await response.json()) as { values: string[] };
    list.replaceChildren(
      ...values.map((value) => {
        const option = document.createElement('option');
        option.value = value;
        return option;
      }),
    );
  } catch {
    // The field works without suggestions.
  }
}

/** Returns the values of the other dimensions that have exactly one value. */
function others(field: HTMLInputElement): Record<string, string> {
  const known: Record<string, string> = {};
  for (const part of field.form?.querySelectorAll<HTMLFieldSetElement>('fieldset[data-dimension]') ?? []) {
    const { dimension = '' } = part.dataset;
    const values = [
      ...part.querySelectorAll<HTMLInputElement | HTMLSelectElement>('.slot input, .slot select'),
    ]
      .map(({ value }) => value.trim())
      .filter((value) => value !== '');
    const [only, ...more] = values;
    if (!part.contains(field) && only !== undefined && more.length === 0) known[dimension] = only;
  }
  return known;
}
