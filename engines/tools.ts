import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ANSWERS_WITHIN_MS = 30_000;
/** Older ones don't know the flags of the engines; newer ones lack what Hadoop calls. */
const OLDEST_JAVA = 17;
const NEWEST_JAVA = 22;

/** The programs that the engines are fetched and run with. */
export interface Tools {
  /** What to call; a JDK's, since one of the engines compiles a class of ours when it starts. */
  readonly java: string;
  readonly maven: string;
}

/** Java or Maven is missing, or isn't one that will do. Its message is for people, in a sentence. */
export class MissingToolsError extends Error {}

/**
 * Java of `JAVA_HOME`, or else of the path, and Maven of the path.
 * @throws MissingToolsError naming everything that is missing
 */
export async function findTools(environment: NodeJS.ProcessEnv = process.env): Promise<Tools> {
  const { JAVA_HOME: home } = environment;
  const java = home ? join(home, 'bin', 'java') : 'java';
  const [modules, version, maven] = await Promise.all([
    output(environment, java, '--list-modules'),
    output(environment, java, '-XshowSettings:properties', '-version'),
    output(environment, 'mvn', '-version'),
  ]);
  const missing = [javaFault(java, version, modules), maven === undefined ? 'there is no mvn' : undefined];
  const faults = missing.filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    const reasons = faults.join(', and ');
    throw new MissingToolsError(
      `HBase, Hive and Kafka need a Java ${OLDEST_JAVA} development kit and Maven: ${reasons} ` +
        '(on Debian: apt install openjdk-17-jdk-headless maven)',
    );
  }
  return { java, maven: 'mvn' };
}

/** What is wrong with a Java, in half a sentence. */
function javaFault(java: string, version?: string, modules?: string): string | undefined {
  if (version === undefined) return `there is no ${java}`;
  const release = Number(/java\.specification\.version = (?:1\.)?(\d+)/.exec(version)?.[1]);
  if (!(release >= OLDEST_JAVA && release <= NEWEST_JAVA))
    return `${java} is version ${release || 'unknown'}`;
  if (!modules?.includes('jdk.compiler')) return `${java} has no compiler`;
  return undefined;
}

/** What a program prints; undefined when there is none, or it fails. */
async function output(
  env: NodeJS.ProcessEnv,
  program: string,
  ...args: string[]
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(program, args, { env, timeout: ANSWERS_WITHIN_MS });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}
