import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { openPlatform, type Platform } from '../support/platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform('postgres');
});
afterAll(() => platform.close());

const pages = fileURLToPath(new URL('../../dist/monitor/web/index.html', import.meta.url));

describe('journeyman monitor', () => {
  it('answers below its prefix, with pages that know it, until a signal says stop', async () => {
    const monitor = await platform.startMonitor('--url-prefix', 'tools/flower');
    expect(monitor.address).toMatch(/\/tools\/flower$/);
    expect(await (await fetch(`${monitor.address}/healthcheck`)).text()).toBe('OK');
    expect((await fetch(`${monitor.address}/api/overview`)).status).toBe(200);
    expect(existsSync(pages), 'the pages are built').toBe(true);
    for (const path of ['/', '/tasks/some-id']) {
      const page = await fetch(`${monitor.address}${path}`);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const html = await page.text();
      expect(html).toContain('<base href="/tools/flower/"');
      const [, script] = /<script[^>]* src="\.?\/?(assets\/[^"]+)"/.exec(html)!;
      const asset = await fetch(`${monitor.address}/${script}`);
      expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect((await fetch(`${monitor.address}/assets/nothing.js`)).status).toBe(404);
    monitor.child.kill('SIGTERM');
    expect(await monitor.ended).toBe(0);
  });

  it('says why it does not start', async () => {
    const open = await runCli(['monitor', '--address', '0.0.0.0', '--port', '0'], platform);
    expect([open.code, open.output]).toEqual([1, expect.stringMatching(/MONITOR_BASIC_AUTH.*\(MONITOR_UNPROTECTED\)/)]);
    const first = await platform.startMonitor();
    const taken = await runCli(['flower', '--port', new URL(first.address).port], platform);
    expect([taken.code, taken.output]).toEqual([1, expect.stringMatching(/Set MONITOR_PORT.*\(PORT_TAKEN\)/)]);
  });
});
