/**
 * Appends to a log until it is killed, and prints what was acknowledged.
 * `node dist/test/log/files/appender.js FOLDER RUN`
 */
import { openFileLog } from '../../../src/log/files/open.ts';

const [folder = '', run] = process.argv.slice(2);
const log = await openFileLog(folder, 'a test', { segmentBytes: 50_000 });

async function send(sender: number): Promise<never> {
  for (let count = 0; ; count += 2) {
    const names = [count, count + 1].map((number) => `${run} ${sender} ${number}`);
    await log.append(
      'views',
      names.map((name) => Buffer.from(name.padEnd(300))),
    );
    process.stdout.write(`${names.join('\n')}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, sender) => send(sender)));
