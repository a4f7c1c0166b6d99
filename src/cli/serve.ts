import type { Command } from 'commander';
import { type Flags, readConfig } from '../config/config.ts';

export function declare(command: Command): void {
  command
    .option('--sample', 'load the sample data first, where there is none yet', false)
    .action(async (options: Flags & { sample: boolean }) => {
      const config = readConfig(process.env, options);
      // Imported late: what is set wrongly is said at once.
      const { serve } = await import('../main.ts');
      await serve(config, { sample: options.sample });
    });
}
