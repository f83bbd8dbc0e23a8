import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { connectRedis, disconnect } from '#src/celery/redis/connect.js';
import { openInstallation } from '../support/celery/installation.js';
import { celeryInstalled } from '../support/celery/python.js';
import { freePort, redisInstalled } from '../support/redis.mjs';

const openssl = (folder: string, ...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });

/** A Redis that speaks only TLS, and asks for a password. */
async function startSecureRedis() {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-tls-'));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  openssl(
    folder,
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    '-days',
    '2',
    ...subject,
  );
  const port = await freePort();
  const files = { 'tls-cert-file': 'cert.pem', 'tls-key-file': 'key.pem', 'tls-ca-cert-file': 'cert.pem' };
  const options = { port: 0, 'tls-port': port, 'tls-auth-clients': 'no', requirepass: 'a:secret/word', save: '', ...files };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { cwd: folder, stdio: 'ignore' });
  const address = `rediss://:${encodeURIComponent('a:secret/word')}@localhost:${port}`;
  const certificate = path.join(folder, 'cert.pem');
  return {
    url: (database: number) => `${address}/${database}?ssl_cert_reqs=CERT_REQUIRED&ssl_ca_certs=${certificate}`,
    untrusted: `${address}/0`,
    unchecked: `${address}/0?ssl_cert_reqs=none`,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

it.skipIf(!celeryInstalled || !redisInstalled)('works over TLS, with a password, on other databases', async () => {
  const redis = await startSecureRedis();
  const site = await openInstallation({ urls: { broker: redis.url(4), results: redis.url(5) } });
  await site.startWorker();
  await site.startBridge();
  expect(await site.python.run('chain(add.s(1, 2), add.s(10)).apply_async().get(timeout=10)')).toBe(13);
  expect(site.celery.address).toBe(`rediss://localhost:${new URL(redis.untrusted).port}/4`);

  const unchecked = connectRedis(redis.unchecked);
  expect(await unchecked.ping()).toBe('PONG');
  await disconnect(unchecked);
  const untrusted = connectRedis(redis.untrusted);
  await expect(untrusted.ping()).rejects.toThrow(/retries|certificate/);
  await disconnect(untrusted);
  await site.close();
  await redis.stop();
});
