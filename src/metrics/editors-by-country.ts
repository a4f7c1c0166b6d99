import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { country, countryActivityLevel, oneProject } from './dimensions.ts';

export const editorsByCountry = defineMetric({
  name: 'editors-by-country',
  title: 'Editors of a Wikipedia by country',
  doc: 'How many people edited from each country. Countries with few editors, and those where publishing it might do harm, are left out.',
  source: 'AQS: geo-analytics',
  caveats: [
    'Only Wikipedias with at least three people who made five edits in the month are counted. Bots are not counted.',
  ],
  path: '/editors/by-country/{project}/{activity-level}/{year}/{month}',
  shape: {
    kind: 'top',
    list: 'countries',
    entry: [country],
    rankBy: 'editors-ceil',
    limit: 1000,
    fields: ['country', 'editors-ceil'],
  },
  home: 'series',
  dimensions: [oneProject, countryActivityLevel],
  measures: {
    'editors-ceil': count('editors', 'Editors, rounded up to tens.', {
      additive: false,
      roundUpTo: 10,
      least: 1,
    }),
  },
  grains: { monthly: 'stored' },
  range: { end: 'inclusive', months: 'whole' },
  timestamp: 'YYYYMMDD',
  key: { row: ['project'], column: ['activity-level'] },
  scope: ['project'],
  examples: [{ project: 'de.wikipedia', 'activity-level': '5..99-edits', year: '2021', month: '01' }],
});
