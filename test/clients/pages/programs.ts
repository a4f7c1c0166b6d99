import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { python } from '../../support/python.ts';

/** Stands between the outputs of pieces that run as one program. */
const BREAK = '\u001e\n';

/** Runs pieces of code as one program, as a session would. @returns what each piece prints */
export type Program = (codes: readonly string[]) => Promise<string[]>;

async function printed(command: string, args: readonly string[]): Promise<string[]> {
  // The machine's settings must not change what is printed.
  const env = { ...process.env, COLUMNS: '160', LC_ALL: 'C.UTF-8', TZ: 'Asia/Kathmandu' };
  const { stdout } = await promisify(execFile)(command, args, { env, timeout: 120_000, maxBuffer: 1e7 });
  return stdout.split(BREAK).slice(0, -1);
}

export const inPython: Program = (codes) =>
  printed(python, [
    '-W',
    'ignore',
    '-c',
    codes.map((code) => `${code}\nprint("\\x1e", flush=True)`).join('\n'),
  ]);

export const inR: Program = (codes) =>
  printed('Rscript', ['--vanilla', '-e', codes.map((code) => `${code}\ncat("\\x1e\\n")`).join('\n')]);

/** Runs SQL as DuckDB's shell would, where the extension comes from PyPI instead of the extensions' own server. */
export const inDuckDb: Program = (codes) => printed(python, ['-c', DUCKDB, ...codes]);

const DUCKDB = `
import pathlib, sys, duckdb, duckdb_extension_httpfs
connection = duckdb.connect()
[extension] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.glob('extensions/*/httpfs.duckdb_extension')
connection.load_extension(str(extension))
for code in sys.argv[1:]:
    for statement in duckdb.extract_statements(code):
        table = connection.sql(statement)
        if table is not None:
            print(str(table).rstrip())
    print('\\x1e')
`;
