/** Turns a name into a label: `access-site` → `Access site`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PERCENT = new Intl.NumberFormat('en-GB', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

/** Formats a change as a percentage with its sign; a dash if there is none. */
export function changeText(change: number | null): string {
  return change === null ? '–' : PERCENT.format(change).replace('-', '−');
}
