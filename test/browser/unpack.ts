import chromium from '@sparticuz/chromium';

// Unpacks the Chromium that is an npm package into TMPDIR, and says where it is. A process of its own,
// because the package takes its folder and whether to unpack its libraries from the environment.
process.stdout.write(await chromium.executablePath());
