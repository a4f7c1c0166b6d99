import { startGateway } from '../support/gateway.ts';
import { folderWith, remove } from './folder.ts';

/** The rows that a gateway serves of a folder of data sets, without the granularity. @param path below `/metrics`, of a CSV */
export async function servedRows(
  files: Readonly<Record<string, string | Buffer>>,
  path: string,
): Promise<string[]> {
  const folder = await folderWith(files);
  const gateway = await startGateway({ datasets: [folder] });
  try {
    const { text } = await gateway.get(`/metrics${path}`);
    return text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.replace(',daily', ''));
  } finally {
    await gateway.close();
    await remove(folder);
  }
}
