import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { project } from './dimensions.ts';
import { EDIT_SERIES, ONE, WITH_ZEROS, ofAccounts } from './edit-family.ts';

export const registeredUsersNew = defineMetric({
  ...EDIT_SERIES,
  name: 'registered-users-new',
  title: 'New registered users',
  doc: 'How many people registered an account themselves.',
  source: 'AQS: editor-analytics',
  path: '/registered-users/new/{project}/{granularity}/{start}/{end}',
  dimensions: [project],
  measures: { new_registered_users: count('users', 'Accounts that people registered themselves.') },
  range: WITH_ZEROS,
  aggregate: ofAccounts(
    sql`new_registered_users`,
    ONE,
    sql`entity = 'user' AND event = 'create' AND self_created = 'true'`,
  ),
  examples: [
    {
      project: 'de.wikipedia',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
