import { spawnSync } from 'node:child_process';

/** The interpreter of tests that need Python: PYTHON names it, python3 where it doesn't. */
export const python = process.env['PYTHON'] ?? 'python3';

/** Says which of the modules Python hasn't got, as the reason why a test is skipped; false if it has all. */
export function lacking(...modules: readonly string[]): string | false {
  const missing = modules.filter((one) => spawnSync(python, ['-c', `import ${one}`]).status !== 0);
  return missing.length > 0 && `${python} has no ${missing.join(' and no ')}`;
}

/** Says that a program isn't there, as the reason why a test is skipped; false if it is. */
export function withoutProgram(program: string): string | false {
  return spawnSync(program, ['--version']).status === 0 ? false : `there is no ${program}`;
}
