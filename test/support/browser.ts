import { execFileSync } from 'node:child_process';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const program = process.env.CHROMIUM ?? 'chromium';

/** Where Chromium is, or undefined. CHROMIUM names another program or path. */
const executablePath = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();

/** Whether there is a browser for tests. They are left out, loudly, where there is none. */
export const browserInstalled = executablePath !== undefined;
if (!browserInstalled)
  process.stderr.write(
    `${program} is not installed: tests in a browser are left out. Install it with "apt-get install chromium".\n`,
  );

/** A browser without a window. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    // Chromium's sandbox refuses to run as root, as in a container.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** A page that tells of what goes wrong in it: errors of scripts, and what the Content-Security-Policy refused. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page & { faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // That a request was refused is shown by the page; that a script or style was, is a fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  return Object.assign(page, { faults });
}

/** Holds a page against the rules of WCAG 2.2 A and AA, and against scrolling sideways as a whole. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the page's policy stays as it is.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await checker.run({ runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`);
  });
  expect(violations).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
}
