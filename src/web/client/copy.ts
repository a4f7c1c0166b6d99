/** Copies the text of the element that a button names, and shows whether it worked. */
export async function copyText(button: HTMLElement, status: HTMLElement | null): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? '');
  if (!source) return;
  const label = button.textContent;
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    // Copying is not allowed, or the origin is not secure: select the text instead.
    getSelection()?.selectAllChildren(source);
    said = 'Selected: press Ctrl+C';
  }
  button.textContent = said;
  if (status) status.textContent = said;
  setTimeout(() => (button.textContent = label), 2000);
}
