import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPARED } from './compare.ts';
import { startGateway } from './ask.ts';
import { Random } from './random.ts';
import { CLI, exportAll, killedStep, step } from './steps.ts';

const STEPS = ['refine', 'aggregate', 'publish'] as const;
/** What is asked of a gateway of each that was killed: lists and totals have every view in them. */
const LISTS = 200;

/**
 * Kills refine, aggregate and publish at random moments, each again and again, lets each end, and compares what is
 * served with what is served if nobody kills them.
 * @param before a data folder with a loaded day
 * @param data the same, which is used up
 * @param kills how often each is killed
 * @returns what differs
 */
export async function differencesAfterKills(
  before: string,
  data: string,
  kills: number,
  seed: number,
): Promise<string[]> {
  const random = new Random(seed);
  const folder = await mkdtemp(join(tmpdir(), 'kraken-kills-'));
  try {
    const calm = join(folder, 'calm');
    await cp(before, calm, { recursive: true });
    const took = new Map<string, number>();
    for (const name of STEPS) took.set(name, (await step(name, CLI, [name, '--data', calm])).seconds);
    let killed = 0;
    for (const name of STEPS) {
      for (let kill = 0; kill < kills; kill++) {
        // It goes on where the killed one stopped, so each has less to do than the one before.
        const most = ((took.get(name) ?? 1) * 1000) / (kill / 2 + 1);
        if (await killedStep([name, '--data', data], random.next() * most)) killed++;
      }
      await step(name, CLI, [name, '--data', data]);
    }
    console.log(`${killed} of ${kills * STEPS.length} were killed before their end`);
    const [expected, actual] = [await served(calm, folder), await served(data, folder)];
    return [...expected].flatMap(([name, digest]) =>
      actual.get(name) === digest ? [] : [`after kills, ${name} differs`],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Digests of all rows of the warehouse and of answers of a gateway, by what they are of. */
async function served(data: string, folder: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const metrics = COMPARED.map(({ metric }) => metric);
  await exportAll(metrics, ['--data', data], folder);
  const projects = new Set<string>();
  for (const metric of metrics) {
    const text = await readFile(join(folder, `${metric}.ndjson`), 'utf8');
    digests.set(metric, digestOf(text));
    if (metric !== 'pageviews-top') continue;
    for (const line of text.split('\n').slice(0, LISTS)) {
      if (line === '') continue;
      const { project, access, year, month, day } = JSON.parse(line) as Record<string, string>;
      projects.add(`/metrics/pageviews/top/${project}/${access}/${year}/${month}/${day}`);
    }
  }
  const gateway = await startGateway(['--data', data]);
  try {
    for (const path of projects) {
      const response = await fetch(`${gateway.api}${path}`);
      digests.set(path, digestOf(`${response.status} ${await response.text()}`));
    }
  } finally {
    await gateway.end();
  }
  return digests;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
