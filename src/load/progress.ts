/** How far a load has come. */
export type Progress =
  | {
      readonly phase: 'reading';
      readonly rows: number;
      /** Of the files as they lie on disk; `total` is undefined for standard input. */
      readonly bytes: number;
      readonly total: number | undefined;
    }
  | {
      readonly phase: 'publishing';
      /** Read from the warehouse so far. */
      readonly rows: number;
      /** Partitions, the one that is at work as a fraction. */
      readonly done: number;
      readonly total: number;
    };

export type OnProgress = (progress: Progress) => void;
