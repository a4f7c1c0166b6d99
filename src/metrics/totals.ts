import { sql } from '../core/sql.ts';

/** Two rows. A join with them gives each row twice: for its own value, and for the total. */
export const TWICE = sql`(SELECT 0 AS of_all UNION ALL SELECT 1 AS of_all)`;
