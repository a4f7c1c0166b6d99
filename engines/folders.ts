import { fileURLToPath } from 'node:url';

/** The folder of the project; this file is compiled two folders below it. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The engines' poms and settings, which aren't compiled. */
export const RESOURCES = fileURLToPath(new URL('../../engines', import.meta.url));
