import { type Opened, warehouseConformance, type With } from '../../warehouses/conformance.ts';
import { endingConformance } from '../../warehouses/conformance-ending.ts';
import { sharingConformance } from '../../warehouses/conformance-sharing.ts';
import { topConformance } from '../../warehouses/conformance-tops.ts';
import { writingConformance } from '../../warehouses/conformance-writing.ts';
import { HivePlace } from './hive-place.ts';

async function open({ lake }: { lake: boolean }): Promise<Opened> {
  const place = await HivePlace.make({ lake });
  return { warehouse: await place.open(), again: () => place.open(), close: () => place.remove() };
}

warehouseConformance('hive with a lake', () => open({ lake: true }), { aggregations: 8, histories: 2 });

// Each write by INSERT costs jobs of Hive's; reading is the same code as over a lake, and has its test in insert.test.ts.
const withInserted: With = (work) => async () => {
  const opened = await open({ lake: false });
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
};
writingConformance('hive by INSERT', withInserted);
topConformance('hive by INSERT', withInserted);
sharingConformance('hive by INSERT', withInserted);
endingConformance('hive by INSERT', withInserted);
