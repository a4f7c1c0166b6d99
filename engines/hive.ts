import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';
import { classPath, type OnProgress } from './class-path.ts';
import { RESOURCES } from './folders.ts';
import { Jvm } from './jvm.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { jarOf } from './small-jar.ts';
import { takeFolder } from './state-folder.ts';
import { findTools } from './tools.ts';

export interface HiveOptions {
  /** Its state, metastore and warehouse: the tables that were there before are there again. */
  readonly folder: string;
  /** A free one unless given. */
  readonly port?: number;
  /** The folder of a lake, to stand in the address. */
  readonly lake?: string;
  /** Settings that differ from engines/hive/hive-site.xml, such as `hive.server2.transport.mode`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
}

/** A HiveServer2 (binary, NOSASL) with its metastore and Tez in one process, on the loopback address. */
export interface RunningHive {
  /** `hive://127.0.0.1:PORT`, and `?lake=FOLDER` where a lake was given. */
  readonly address: string;
  readonly server: Jvm;
  /** Ends it within a bound, whatever state it is in. */
  stop(): Promise<void>;
}

/**
 * Hive takes the jar in which this class lies for its own, and Tez copies that for each container, which after some idle
 * seconds is a new one: 83 MB, up to a third of a statement's CPU. In one process nobody reads the copy.
 */
const COPIED = 'org.apache.hadoop.hive.ql.exec.tez.DagUtils';

/** What Hive and Hadoop reach into. */
const OPEN = [
  ...['lang', 'lang.reflect', 'io', 'net', 'nio', 'util', 'util.concurrent', 'util.concurrent.atomic'].map(
    (name) => `java.base/java.${name}`,
  ),
  ...['util.regex', 'time', 'text', 'math'].map((name) => `java.base/java.${name}`),
  ...['nio.ch', 'nio.cs', 'security.action', 'util.calendar'].map((name) => `java.base/sun.${name}`),
  'java.base/jdk.internal.ref',
  'java.sql/java.sql',
];

/**
 * Starts HiveServer2 and waits until it takes connections.
 * @throws MissingToolsError without Java or Maven
 * @throws StartError when it doesn't start; with the end of its log
 */
export async function startHive(options: HiveOptions): Promise<RunningHive> {
  const { onProgress = () => undefined, lake, settings = {} } = options;
  const tools = await findTools();
  const jars = await classPath('hive', tools, onProgress);
  const execJar = jars.split(delimiter).find((jar) => basename(jar).startsWith('hive-exec-')) ?? '';
  const copied = await jarOf(COPIED, execJar, tools);
  const port = options.port ?? (await freePort());
  const inside = ['warehouse', 'warehouse-external'];
  const { path: folder, lease } = await takeFolder(options.folder, inside, 'scratch');
  const own = join(RESOURCES, 'hive');
  const common = { java: tools.java, folder, port };
  const java = [
    '-Xmx2g',
    // Derby calls itself deeply when hundreds of partitions are added at once.
    '-Xss8m',
    // It looks for a deadlock when one has lasted so long, in s: 20 of its own accord, more than callers wait.
    '-Dderby.locks.deadlockTimeout=1',
    '-Djava.net.preferIPv4Stack=true',
    ...OPEN.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    `-Dengine.folder=${folder}`,
    `-Dengine.port=${port}`,
    `-Dderby.stream.error.file=${join(folder, 'derby.log')}`,
    `-Djava.io.tmpdir=${join(folder, 'scratch')}`,
    `-Dlog4j2.configurationFile=${join(own, 'log4j2.properties')}`,
    '-cp',
    [own, copied, jars].join(delimiter),
  ];
  const server = new Jvm({
    ...common,
    name: 'HiveServer2',
    args: [
      ...java,
      'org.apache.hive.service.server.HiveServer2',
      ...Object.entries(settings).flatMap(([name, value]) => ['--hiveconf', `${name}=${value}`]),
    ],
    log: join(folder, 'hive.log'),
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await lease.release();
  };
  try {
    const metastore = join(folder, 'metastore');
    if (!existsSync(metastore)) {
      onProgress('Hive’s metastore is made');
      const unfinished = `${metastore}.unfinished`;
      await rm(unfinished, { recursive: true, force: true });
      await new Jvm({
        ...common,
        name: 'The making of Hive’s metastore',
        args: [...java, join(own, 'SchemaInit.java'), `jdbc:derby:;databaseName=${unfinished};create=true`],
        log: join(folder, 'metastore.log'),
      }).run();
      await rename(unfinished, metastore);
    }
    onProgress('Hive starts');
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `hive://${LOOPBACK}:${port}${lake === undefined ? '' : `?lake=${inAddress(lake)}`}`;
  onProgress(`Hive answers at ${address}`);
  return { address, server, stop };
}

function inAddress(folder: string): string {
  return encodeURIComponent(resolve(folder)).replaceAll('%2F', '/');
}
