import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { commandOutput, startCommand } from './unpacking-command.ts';

/** What Node has since 22.15, and its types for Node 20 don't tell of. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream };

/** Unpacks zstd, of several frames too: by the command `zstd` where there is one, else by Node 22.15 or later. */
export async function* unzstd(packed: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const command = await startCommand('zstd', ['-dcq'], signal);
  if (command) yield* commandOutput(command, packed);
  else if (createZstdDecompress) {
    const unpacked = pipeline(Readable.from(packed), createZstdDecompress(), () => {});
    yield* unpacked as AsyncIterable<Buffer>;
  } else throw new Error('it is packed by zstd, which needs the command zstd, or Node 22.15 or later');
}
