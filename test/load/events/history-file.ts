export interface HistoryEvent {
  readonly wiki: string;
  readonly entity: 'revision' | 'page' | 'user';
  /** As in the dumps: `2024-03-05 10:00:00.0`. */
  readonly time: string;
  /** Of a page. */
  readonly firstEdit?: string;
}

let last = 0;

/** A line of a dump of mediawiki_history, of 70 columns. */
export function historyLine({ wiki, entity, time, firstEdit = '' }: HistoryEvent): string {
  const id = String(++last);
  const values: Readonly<Record<number, string>> = {
    0: wiki,
    1: entity,
    2: 'create',
    3: time,
    7: 'Ada',
    17: 'false',
    23: id,
    25: `Page_${id}`,
    28: '0',
    29: 'true',
    30: 'false',
    33: firstEdit,
    36: id,
    38: `User_${id}`,
    45: 'true',
    52: id,
    58: '10',
    62: 'false',
  };
  return `${Array.from({ length: 70 }, (_, column) => values[column] ?? '').join('\t')}\n`;
}
