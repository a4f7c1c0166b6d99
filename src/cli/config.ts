import type { Command } from 'commander';
import { chooseSettings, type Flags, flagOf, withoutPassword } from '../config/config.ts';

export function declare(command: Command): void {
  command.action((options: Flags) => {
    for (const { setting, text, from } of chooseSettings(process.env, options)) {
      const origin = from === 'flag' ? flagOf(setting) : from;
      print(`${setting.name}=${withoutPassword(text)} (${origin})\n  ${setting.help}`);
      print(`  It takes ${setting.allowed}. Default: ${setting.default || 'none'}.`);
    }
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
