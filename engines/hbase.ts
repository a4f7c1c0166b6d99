import { delimiter, join } from 'node:path';
import { classPath, type OnProgress } from './class-path.ts';
import { RESOURCES } from './folders.ts';
import { Jvm } from './jvm.ts';
import { accepts, freePorts, LOOPBACK } from './ports.ts';
import { takeFolder } from './state-folder.ts';
import { findTools } from './tools.ts';

export interface HbasePorts {
  readonly thrift: number;
  readonly zookeeper: number;
  readonly master: number;
  readonly region: number;
}

export interface HbaseOptions {
  /** Its state: what was stored there before is there again. */
  readonly folder: string;
  /** Free ones unless given. */
  readonly ports?: HbasePorts;
  readonly onProgress?: OnProgress;
}

/** A standalone HBase and its Thrift gateway (Thrift2, framed, compact), on the loopback address. */
export interface RunningHbase {
  /** `hbase://127.0.0.1:PORT`, of the gateway. */
  readonly address: string;
  readonly ports: HbasePorts;
  /** The master, with the region server and ZooKeeper in the same process. */
  readonly master: Jvm;
  readonly thrift: Jvm;
  /** Ends both within a bound, whatever state they are in. */
  stop(): Promise<void>;
}

const JAVA = ['--add-opens=java.base/java.nio=ALL-UNNAMED', '-Djava.net.preferIPv4Stack=true'];
const GATEWAY = ['-threadedselector', '-f', '-c', '-s', '2', '-w', '16'];

/**
 * Starts HBase and waits until it answers.
 * @throws MissingToolsError without Java or Maven
 * @throws StartError when it doesn't start; with the end of its log
 */
export async function startHbase(options: HbaseOptions): Promise<RunningHbase> {
  const { onProgress = () => undefined } = options;
  const tools = await findTools();
  const jars = await classPath('hbase', tools, onProgress);
  const ports = options.ports ?? (await choosePorts());
  const { path: folder, lease } = await takeFolder(options.folder, [], 'tmp');
  const settings = [
    `-Dengine.folder=${folder}`,
    `-Dengine.zookeeper.port=${ports.zookeeper}`,
    `-Dengine.master.port=${ports.master}`,
    `-Dengine.region.port=${ports.region}`,
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
  ];
  const own = join(RESOURCES, 'hbase');
  const common = { java: tools.java, folder };
  const master = new Jvm({
    ...common,
    name: 'HBase’s master',
    args: [
      ...JAVA,
      ...settings,
      '-Xmx1g',
      '-cp',
      [join(own, 'server'), own, jars].join(delimiter),
      'org.apache.hadoop.hbase.master.HMaster',
      'start',
    ],
    log: join(folder, 'master.log'),
    port: ports.master,
    line: 'Master has completed initialization',
  });
  const thrift = new Jvm({
    ...common,
    name: 'HBase’s Thrift gateway',
    args: [
      ...JAVA,
      ...settings,
      '-Xmx512m',
      '-cp',
      [join(own, 'thrift'), own, jars].join(delimiter),
      'org.apache.hadoop.hbase.thrift2.ThriftServer',
      '-b',
      LOOPBACK,
      '-p',
      String(ports.thrift),
      ...GATEWAY,
      'start',
    ],
    log: join(folder, 'thrift.log'),
    port: ports.thrift,
  });
  const stop = async (): Promise<void> => {
    await Promise.all([thrift.stop(), master.stop()]);
    await lease.release();
  };
  onProgress('HBase starts');
  try {
    await master.launch();
    await master.until(() => accepts(ports.zookeeper));
    await thrift.launch();
    await Promise.all([master.ready(), thrift.ready()]);
  } catch (error) {
    await stop();
    throw error;
  }
  const address = `hbase://${LOOPBACK}:${ports.thrift}`;
  onProgress(`HBase answers at ${address}`);
  return { address, ports, master, thrift, stop };
}

async function choosePorts(): Promise<HbasePorts> {
  const [thrift, zookeeper, master, region] = (await freePorts(4)) as [number, number, number, number];
  return { thrift, zookeeper, master, region };
}
