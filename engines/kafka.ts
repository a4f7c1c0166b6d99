import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classPath, type OnProgress } from './class-path.ts';
import { RESOURCES } from './folders.ts';
import { Jvm } from './jvm.ts';
import { freePorts, LOOPBACK } from './ports.ts';
import { takeFolder } from './state-folder.ts';
import { findTools } from './tools.ts';

export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

export interface KafkaOptions {
  /** Its state: the topics that were there before are there again. */
  readonly folder: string;
  /** Free ones unless given. */
  readonly ports?: KafkaPorts;
  /** Lines of server.properties that come after the usual ones, and count instead. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
}

/** A Kafka of one node, broker and controller in one process (KRaft), on the loopback address. */
export interface RunningKafka {
  /** `kafka://127.0.0.1:PORT`. */
  readonly address: string;
  readonly ports: KafkaPorts;
  readonly broker: Jvm;
  /** Ends it within a bound, whatever state it is in. */
  stop(): Promise<void>;
}

const STARTED = 'Kafka Server started';

/**
 * Starts Kafka and waits until it answers.
 * @throws MissingToolsError without Java or Maven
 * @throws StartError when it doesn't start; with the end of its log
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const { onProgress = () => undefined, settings = {} } = options;
  const tools = await findTools();
  const jars = await classPath('kafka', tools, onProgress);
  const ports = options.ports ?? (await choosePorts());
  const { path: folder, lease } = await takeFolder(options.folder, [], 'tmp');
  const common = { java: tools.java, folder, port: ports.broker };
  const java = [
    '-Djava.net.preferIPv4Stack=true',
    `-Dengine.folder=${folder}`,
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    `-Dlog4j2.configurationFile=${join(RESOURCES, 'kafka', 'log4j2.properties')}`,
    '-cp',
    jars,
  ];
  const broker = new Jvm({
    ...common,
    name: 'Kafka',
    args: ['-Xmx512m', ...java, 'kafka.Kafka', join(folder, 'server.properties')],
    log: join(folder, 'kafka.log'),
    line: STARTED,
  });
  const stop = async (): Promise<void> => {
    await broker.stop();
    await lease.release();
  };
  const data = join(folder, 'data');
  try {
    if (!existsSync(data)) {
      onProgress('Kafka’s storage is made');
      const unfinished = `${data}.unfinished`;
      await rm(unfinished, { recursive: true, force: true });
      const properties = join(folder, 'format.properties');
      await writeFile(properties, propertiesOf(unfinished, ports, settings));
      // It may begin with a hyphen, so it stands behind a sign of equality.
      const id = randomBytes(16).toString('base64url');
      await new Jvm({
        ...common,
        name: 'The making of Kafka’s storage',
        args: [...java, 'kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', properties],
        log: join(folder, 'format.log'),
      }).run();
      await rename(unfinished, data);
    }
    await writeFile(join(folder, 'server.properties'), propertiesOf(data, ports, settings));
    onProgress('Kafka starts');
    await broker.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `kafka://${LOOPBACK}:${ports.broker}`;
  onProgress(`Kafka answers at ${address}`);
  return { address, ports, broker, stop };
}

function propertiesOf(
  data: string,
  { broker, controller }: KafkaPorts,
  settings: Readonly<Record<string, string>>,
): string {
  const more = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${LOOPBACK}:${controller}
listeners=PLAINTEXT://${LOOPBACK}:${broker},CONTROLLER://${LOOPBACK}:${controller}
advertised.listeners=PLAINTEXT://${LOOPBACK}:${broker}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
auto.create.topics.enable=false
${more.join('')}`;
}

async function choosePorts(): Promise<KafkaPorts> {
  const [broker, controller] = (await freePorts(2)) as [number, number];
  return { broker, controller };
}
