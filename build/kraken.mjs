// npm run kraken: the command, built first where something has changed.
await import('./build.mjs');
await import('../dist/src/cli.js');
