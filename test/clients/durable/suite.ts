import { runConformanceTests } from '@durable-streams/server-conformance-tests';

/* Run by vitest, which conformance.test.ts starts: the suite needs its functions. */

const { DURABLE_BASE: baseUrl = '' } = process.env;
runConformanceTests({ baseUrl, longPollTimeoutMs: 20_000 });
