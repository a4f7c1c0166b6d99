/* node:http that sends one finished answer to every request, whatever it asks for: node dist/bench/servers/bare.js ANSWER.json */
import { createServer } from 'node:http';
import { readFinished } from './finished-answer.ts';
import { listen } from './listen.ts';

const { headers, body } = readFinished(process.argv[2] as string);
const bytes = Buffer.from(body);
listen(
  createServer((_, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  }),
);
