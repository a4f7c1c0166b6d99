import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';

type Choice = Pick<Config, 'logFormat' | 'logLevel'>;

/** Whether the log is written for people rather than programs. */
export function isForPeople({ logFormat }: Pick<Config, 'logFormat'>): boolean {
  return logFormat === 'text' || (logFormat === 'auto' && process.stdout.isTTY);
}

/** The log on standard output: a line of text for each event for people, or a line of JSON for programs. */
export async function loggerFor(config: Choice): Promise<Logger> {
  if (!isForPeople(config)) return pino({ level: config.logLevel });
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({
    colorize: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    ignore: 'pid,hostname',
    singleLine: true,
    translateTime: 'UTC:yyyy-mm-dd HH:MM:ss',
  });
  // Written synchronously, so that it stays in order with other output.
  const write = (line: string): void => void process.stdout.write(pretty(line));
  return pino({ level: config.logLevel }, { write });
}
