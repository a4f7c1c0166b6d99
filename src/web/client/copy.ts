/** Copies the text of the element that a button names, and says so. */
export async function copyText(button: HTMLElement, status: HTMLElement | null): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? '');
  if (!source) return;
  const label = button.textContent;
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    // Not allowed, or no secure origin: it is left selected.
    getSelection()?.selectAllChildren(source);
    said = 'Selected: press Ctrl+C';
  }
  button.textContent = said;
  if (status) status.textContent = said;
  setTimeout(() => (button.textContent = label), 2000);
}
