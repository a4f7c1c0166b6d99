// mercurius with jit, over rows that are ready in memory: node server.mjs ROWS.ndjson SCHEMA.graphql
// It runs in a folder where its packages are installed, so it isn't compiled with Kraken.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import Fastify from 'fastify';
import mercurius from 'mercurius';

const [rows, schema] = process.argv.slice(2);
const ready = new Map();
const places = new Map();
for await (const line of createInterface({ input: createReadStream(rows) })) {
  const { article, timestamp, views } = JSON.parse(line);
  const found = ready.get(article) ?? { timestamps: [], views: [] };
  if (ready.size <= 1) places.set(timestamp.slice(0, 8), found.views.length);
  found.timestamps.push(timestamp);
  found.views.push(views);
  ready.set(article, found);
}
const app = Fastify();
await app.register(mercurius, {
  schema: readFileSync(schema, 'utf8'),
  resolvers: {
    Query: {
      pageviewsPerArticle: (_, { article, start, end }) => {
        const found = ready.get(article);
        const [first, last] = [places.get(start), places.get(end)];
        if (!found || first === undefined || last === undefined) return null;
        return {
          timestamps: found.timestamps.slice(first, last + 1),
          views: found.views.slice(first, last + 1),
        };
      },
    },
  },
  jit: 1,
});
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
