import type { SnippetKind } from './snippet.ts';

/** With pandas. Only empty cells are missing values: `NA` is Namibia, and `nan` a language. */
export const python: SnippetKind = {
  id: 'python',
  title: 'Python',
  text: ({ csv, time }) => {
    const dates = time === undefined ? '' : `, parse_dates=["${time}"]`;
    return `import pandas as pd\n\ndata = pd.read_csv("${csv}", keep_default_na=False, na_values=[""]${dates})\nprint(data)`;
  },
};
