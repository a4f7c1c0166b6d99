/* fastify with one route that sends a finished answer: node dist/bench/servers/fastify.js ANSWER.json */
import Fastify from 'fastify';
import { readFinished } from './finished-answer.ts';

const { headers, body } = readFinished(process.argv[2] as string);
const bytes = Buffer.from(body);
const named: Record<string, string> = {};
for (let i = 0; i < headers.length; i += 2) named[headers[i] as string] = headers[i + 1] as string;
const app = Fastify();
app.get(
  '/metrics/pageviews/per-article/:project/:access/:agent/:article/:granularity/:start/:end',
  (_, reply) => reply.headers(named).send(bytes),
);
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
