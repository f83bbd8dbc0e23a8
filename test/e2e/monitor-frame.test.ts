import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

describe('what the monitor sends to a browser', () => {
  const folder = fileURLToPath(new URL('../../dist/monitor/web', import.meta.url));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const read = ({ parentPath, name }: (typeof files)[number]) => readFileSync(`${parentPath}/${name}`);

  it('is under 100 kB when compressed, all pages together', () => {
    const bytes = files.map((file) => gzipSync(read(file)).length).reduce((sum, size) => sum + size);
    expect(bytes).toBeLessThan(100_000);
  });

  it('has one stylesheet, nothing inline, and nothing from elsewhere', () => {
    expect(files.filter(({ name }) => name.endsWith('.css'))).toHaveLength(1);
    const page = read(files.find(({ name }) => name === 'index.html')!).toString();
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=|https?:/);
    const styles = read(files.find(({ name }) => name.endsWith('.css'))!).toString();
    expect(styles).not.toMatch(/url\(|@import|@font-face/);
  });
});

describe.skipIf(!browserInstalled)('the frame of the pages', () => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored('postgres', '--url-prefix', '/flower', '--basic-auth', 'ada:a long password');
  });
  afterAll(() => monitored?.close());

  async function logIn(path = '') {
    const page = await monitored.visit(path);
    await page.getByLabel('E-mail address or user name').fill('ada');
    await page.getByLabel('Password').fill('a long password');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return page;
  }

  it('asks for a login, and says when it is wrong', async () => {
    const page = await monitored.visit('tasks');
    await page.getByLabel('E-mail address or user name').fill('ada');
    await page.getByLabel('Password').fill('wrong');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  it('works below a prefix: links, the browser’s buttons and a reload', async () => {
    const page = await logIn('names');
    await page.getByRole('heading', { name: 'Kinds of tasks' }).waitFor();
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/flower/tasks');
    expect(await page.title()).toBe('Tasks · Journeyman');
    await page.goBack();
    await page.getByRole('heading', { name: 'Kinds of tasks' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Kinds of tasks' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('logs out, and a login that ended is asked for anew', async () => {
    const page = await logIn('tasks');
    await page.getByText('No task has run yet').waitFor();
    await page.context().clearCookies();
    await page.getByLabel('Password').waitFor();
    await page.getByLabel('E-mail address or user name').fill('ada');
    await page.getByLabel('Password').fill('a long password');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Log out ada' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('is used by the keyboard: past the navigation, and to a new page’s beginning', async () => {
    const page = await logIn();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await page.getByRole('link', { name: 'Tasks' }).press('Enter');
    await page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
  });

  it('follows the system’s colours until others are chosen, and remembers them', async () => {
    const page = await logIn();
    const theme = () => page.evaluate('document.documentElement.dataset.theme');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: 'Change to light' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    await page.getByRole('button', { name: 'Colours: light' }).waitFor();
    expect(await theme()).toBe('light');
  });

  it('says so when there is no such page', async () => {
    const page = await logIn('no/such/page');
    await page.getByText('There is no such page').waitFor();
    await expectAccessible(page);
  });
});

describe.skipIf(!browserInstalled)('when only looking is allowed', () => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored('postgres', '--read-only');
  });
  afterAll(() => monitored?.close());

  it('offers no actions, and says so', async () => {
    const page = await monitored.visit('names/tasks.achievement_tasks.check_user_achievements');
    await page.getByText('Read-only').waitFor();
    await page.getByText('What it takes').waitFor();
    expect(await page.getByRole('button', { name: 'Call' }).count()).toBe(0);
  });
});

describe.skipIf(!browserInstalled || !brokerKinds.includes('redis'))('when services go away', () => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored('redis');
  });
  afterAll(() => monitored?.close());

  it('says that the broker is away, and goes on when it is back', async () => {
    const page = await monitored.visit('');
    await page.locator('.tile').first().waitFor();
    const giveBack = await monitored.redis!.takeAway();
    const notice = page.getByText('The broker is away');
    await notice.waitFor();
    await expectAccessible(page);
    await giveBack();
    await notice.waitFor({ state: 'detached' });
  });

  it('says that the monitor itself does not answer', async () => {
    const page = await monitored.visit('tasks');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('No task has run yet').waitFor();
    monitored.monitor.child.kill('SIGKILL');
    await page.getByText('The monitor does not answer. What is shown').waitFor();
    await page.getByText('What follows may be out of date').waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.locator('.tile').first().waitFor();
  });
});
