import { warehouseConformance } from '../../warehouses/conformance.ts';
import { HivePlace } from './hive-place.ts';

for (const lake of [true, false]) {
  warehouseConformance(lake ? 'hive with a lake' : 'hive by INSERT', async () => {
    const place = await HivePlace.make({ lake });
    return {
      warehouse: await place.open(),
      again: () => place.open(),
      close: () => place.remove(),
    };
  });
}
