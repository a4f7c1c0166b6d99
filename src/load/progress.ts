/** The progress of a load. */
export type Progress =
  | {
      readonly phase: 'reading';
      readonly rows: number;
      /** The packed size as on disk; `total` is undefined for standard input. */
      readonly bytes: number;
      readonly total: number | undefined;
    }
  | {
      readonly phase: 'publishing';
      /** The rows read from the warehouse so far. */
      readonly rows: number;
      /** The finished partitions, with the current one as a fraction. */
      readonly done: number;
      readonly total: number;
    };

export type OnProgress = (progress: Progress) => void;
