/** Turns a name into a label: `access-site` → `Access site`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PERCENT = { style: 'percent', maximumFractionDigits: 1 } as const;
const SHARE = new Intl.NumberFormat('en-GB', PERCENT);
const CHANGE = new Intl.NumberFormat('en-GB', { ...PERCENT, signDisplay: 'exceptZero' });

/** Formats a change as a percentage with its sign; a dash if there is none. */
export function changeText(change: number | null): string {
  return change === null ? '–' : CHANGE.format(change).replace('-', '−');
}

/** Formats a part of a whole as a percentage. */
export function percentText(ratio: number): string {
  return SHARE.format(ratio).replace('-', '−');
}
