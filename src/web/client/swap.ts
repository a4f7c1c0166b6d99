type Control = HTMLInputElement | HTMLSelectElement;

/**
 * Replaces the parts of a page by those of a new page. Parts that look the same stay, so that a user in them
 * isn't disturbed. If the part with the focus changes, the same control in the new part gets the focus.
 */
export function swap(root: Element, next: Element): void {
  const focused = document.activeElement;
  const id = focused && root.contains(focused) ? focused.id : '';
  const typed = focused instanceof HTMLInputElement && focused.type === 'text' ? focused : undefined;
  const [value, start, end] = [typed?.value, typed?.selectionStart, typed?.selectionEnd];
  if (namesIn(root) === namesIn(next)) {
    for (const part of next.querySelectorAll<HTMLElement>('[data-part]')) {
      const old = root.querySelector(`[data-part="${CSS.escape(part.dataset.part ?? '')}"]`);
      if (old && !isSame(old, part)) old.replaceWith(part);
    }
  } else for (const selector of ['form.controls', '#views']) replace(root, next, selector);
  for (const selector of ['#result', '#takeaway-part']) replace(root, next, selector);
  if (id === '' || document.activeElement === focused) return;
  const again = document.getElementById(id);
  again?.focus({ preventScroll: true });
  if (!(again instanceof HTMLInputElement) || value === undefined || again.type !== 'text') return;
  if (start !== null && start !== undefined && again.value === value)
    again.setSelectionRange(start, end ?? start);
}

function replace(root: Element, next: Element, selector: string): void {
  const fresh = next.querySelector(selector);
  if (fresh) root.querySelector(selector)?.replaceWith(fresh);
}

/** Returns the names of the parts. */
function namesIn(root: Element): string {
  return [...root.querySelectorAll<HTMLElement>('[data-part]')].map(({ dataset }) => dataset.part).join(' ');
}

/** Whether two parts differ only in values, and the old controls already have the new values. */
function isSame(old: Element, part: Element): boolean {
  const controls = controlsIn(old);
  return (
    markupOf(old) === markupOf(part) &&
    controlsIn(part).every((control, i) => {
      const other = controls[i];
      return (
        other?.value === control.value &&
        (!(control instanceof HTMLInputElement) || control.checked === (other as HTMLInputElement).checked)
      );
    })
  );
}

function controlsIn(part: Element): Control[] {
  return [...part.querySelectorAll<Control>('input, select')];
}

function markupOf(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  // Suggestions don't count as a difference.
  for (const list of copy.querySelectorAll('datalist[data-values]')) list.replaceChildren();
  return copy.outerHTML.replaceAll(/ (value|selected|checked)="[^"]*"/g, '').replaceAll(/\s+/g, ' ');
}
