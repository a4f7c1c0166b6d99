import type { SnippetKind } from './snippet.ts';

/** Only empty cells are missing values: `NA` is Namibia. */
export const r: SnippetKind = {
  id: 'r',
  title: 'R',
  text: ({ csv, time }) =>
    [
      `rows <- read.csv("${csv}", na.strings = "")`,
      ...(time === undefined ? [] : [`rows$${time} <- as.Date(rows$${time})`]),
      'print(rows)',
    ].join('\n'),
};
