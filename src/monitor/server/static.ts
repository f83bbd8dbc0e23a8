import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { coded } from '../../errors.js';
import { pathOf } from '../../http/errors.js';

/** What is not the pages' to answer, below the prefix. */
const answered = /^\/(api|metrics|healthcheck|assets)(\/|$)/;

/**
 * The pages: files with their contents' hash in their names, and one page for every other path, since the pages themselves know where
 * they are. They hold no data, and are shown to everybody, so that there is a page to log in on.
 */
export async function staticRoutes(app: FastifyInstance, { folder, base }: { folder: string; base: string }): Promise<void> {
  let page: string | undefined;

  /** The page with the base that its paths are relative to. */
  async function readPage(): Promise<string> {
    const html = await readFile(path.join(folder, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw coded('MONITOR_PAGES_MISSING', { folder }, { cause: error });
      throw error;
    });
    return html.replace(/<base href="[^"]*"/, `<base href="${base}/"`);
  }

  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, open: 'page' };
  });
  await app.register(fastifyStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
    index: false,
    decorateReply: false,
    wildcard: true,
  });
  app.get('/*', async (request: FastifyRequest, reply) => {
    const below = pathOf(request).slice(base.length);
    if (answered.test(below)) throw coded('ROUTE_NOT_FOUND', { method: request.method, path: pathOf(request) });
    page ??= await readPage();
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  });
}
