import type { Command } from 'commander';
import { contract } from '../contract/contract.ts';

export function declare(command: Command): void {
  command
    .option('--check', 'write nothing; fail if a file differs from what would be printed', false)
    .action(async (options: { check: boolean }) => {
      process.exitCode = await contract(options.check);
    });
}
