/* Apollo Server by itself, over rows that are ready in memory: node dist/bench/servers/apollo.js ROWS.ndjson SCHEMA.graphql */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readRows } from './rows.ts';

const [rows = '', schema = ''] = process.argv.slice(2);
const ready = new Map<string, { timestamps: string[]; views: number[] }>();
const places = new Map<string, number>();
for (const [article, days] of await readRows(rows)) {
  const timestamps = days.map(({ timestamp }) => timestamp);
  if (places.size === 0) timestamps.forEach((timestamp, i) => places.set(timestamp.slice(0, 8), i));
  ready.set(article, { timestamps, views: days.map(({ views }) => views) });
}
const server = new ApolloServer({
  typeDefs: readFileSync(schema, 'utf8'),
  resolvers: {
    Query: {
      pageviewsPerArticle: (_: unknown, asked: { article: string; start: string; end: string }) => {
        const found = ready.get(asked.article);
        const first = places.get(asked.start);
        const last = places.get(asked.end);
        if (!found || first === undefined || last === undefined) return null;
        return {
          timestamps: found.timestamps.slice(first, last + 1),
          views: found.views.slice(first, last + 1),
        };
      },
    },
  },
  includeStacktraceInErrorResponses: false,
});
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.stdout.write(`${url}\n`);
