import type { Command } from 'commander';
import { type Flags, readConfig } from '../config/config.ts';

export function declare(command: Command): void {
  command
    .option('--sample', 'first load the sample data if it is not loaded yet', false)
    .action(async (options: Flags & { sample: boolean }) => {
      const config = readConfig(process.env, options);
      // Imported late, so that wrong settings are reported at once.
      const { serve } = await import('../main.ts');
      await serve(config, { sample: options.sample });
    });
}
