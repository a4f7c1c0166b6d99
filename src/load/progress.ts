/** How far a load has come. */
export type Progress =
  | {
      readonly phase: 'reading';
      readonly rows: number;
      /** Of the files as they lie on disk; `total` is undefined for standard input. */
      readonly bytes: number;
      readonly total: number | undefined;
    }
  /** Stretches of cells. */
  | { readonly phase: 'publishing'; readonly done: number; readonly total: number };

export type OnProgress = (progress: Progress) => void;
