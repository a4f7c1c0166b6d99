import { SETTINGS } from './config.ts';
import type { Setting } from './setting.ts';

/** Returns a JSON Schema of the settings: an object whose members are the environment variables. */
export function configSchema(): object {
  const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "Kraken's settings",
    description:
      'The environment variables that begin with KRAKEN_. A flag of the same name overrides the variable: KRAKEN_PORT is --port.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      settings.map((setting) => [
        setting.name,
        { description: setting.help, ...setting.schema, default: defaultValue(setting) },
      ]),
    ),
  };
}

function defaultValue(setting: Setting<unknown>): unknown {
  const value = setting.read(setting.default);
  return typeof value === 'number' ? value : setting.default;
}
