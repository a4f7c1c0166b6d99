import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { accessSite, project } from './dimensions.ts';
import { DEVICES_OF_PROJECTS } from './view-family.ts';

/** A device that returns on another day is the same device, so nothing can be added up. */
const additive = false;
/** Nobody knows the offset of a month that is made from views. */
const gaps = true;

export const uniqueDevices = defineMetric({
  name: 'unique-devices',
  title: 'Unique devices of a project',
  doc: 'Estimate of the distinct devices that visited a project: underestimate + offset.',
  source: 'AQS: device-analytics',
  caveats: [
    'A device is not a person: somebody with two devices counts twice, and a device whose cookies are cleared counts as a new one.',
    '`all-sites` is the sum of both sites, so a device that visited both counts twice.',
    'In months of sites whose views Kraken collects, `offset` and `devices` are null: actors get another name each day, so nobody knows who came only once in a month. `underestimate` is counted.',
    'Projects with at most 1000 devices have no rows in the source.',
  ],
  path: '/unique-devices/{project}/{access-site}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'series',
  dimensions: [project, accessSite],
  measures: {
    devices: count('devices', 'Estimate of the distinct devices.', { additive, gaps }),
    offset: count('devices', 'Devices that came once, without a cookie.', { additive, gaps }),
    underestimate: count('devices', 'Devices with a cookie that has the date of their last visit.', {
      additive,
    }),
  },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'inclusive', months: 'as stored' },
  timestamp: 'YYYYMMDD',
  key: { row: ['project'], column: ['access-site'] },
  scope: ['project'],
  aggregate: DEVICES_OF_PROJECTS,
  examples: [
    {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'monthly',
      start: '20200201',
      end: '20200201',
    },
    {
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'daily',
      start: '20210102',
      end: '20210102',
    },
  ],
});
