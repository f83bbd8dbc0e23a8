import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

const entry = 'cleanup-old-notifications';

describe.skipIf(!browserInstalled).each(brokerKinds)('the schedule’s page, on %s', (kind) => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored(kind);
  });
  afterAll(() => monitored?.close());

  const open = () => monitored.visit('schedule');
  type Page = Awaited<ReturnType<typeof open>>;
  const rowOf = (page: Page) => page.getByRole('row', { name: entry });
  const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

  it('says so when no beat has been started', async () => {
    const page = await open();
    await shows(page, 'No beat has been started: nothing runs by the clock.');
    await rowOf(page).getByText('every day').waitFor();
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
  });

  it('shows when an entry runs next, and how its last run ended', async () => {
    await monitored.startWorker('one');
    const beat = monitored.start(['beat']);
    await beat.says(/beat ready/);
    const page = await open();
    await rowOf(page)
      .getByText(/^in \d+ h$/)
      .waitFor();
    await rowOf(page).getByRole('button', { name: 'Run now' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await shows(page, `${entry} is enqueued`);
    const last = rowOf(page).getByRole('link', { name: 'Succeeded' });
    await last.waitFor();
    await expectAccessible(page);
    await last.click();
    await page.getByRole('heading', { name: 'cleanup_old_notifications' }).waitFor();
    beat.child.kill('SIGTERM');
    await beat.ended;
    expect(page.faults).toEqual([]);
  });

  it('pauses an entry, and lets it go on', async () => {
    const page = await open();
    await rowOf(page).getByRole('button', { name: 'Pause' }).click();
    await shows(page, `${entry} is paused`);
    await rowOf(page).getByText('Paused').waitFor();
    await rowOf(page).getByRole('button', { name: 'Resume' }).click();
    await rowOf(page).getByRole('button', { name: 'Pause' }).waitFor();
    expect(await rowOf(page).getByText('Paused').count()).toBe(0);
  });

  it('says how late an entry is', async () => {
    await sql`update schedule_state set next_run_at = now() - interval '2 h' where name = ${entry}`.execute(
      monitored.database.db,
    );
    const page = await open();
    await rowOf(page)
      .getByText(/^2 h.* late$/)
      .waitFor();
    await expectAccessible(page);
  });

  it.each(['light', 'dark'] as const)('fits a phone, in %s colours', async (colorScheme) => {
    const page = await monitored.visit('schedule', { viewport: { width: 360, height: 740 }, colorScheme });
    await rowOf(page).getByRole('button', { name: 'Run now' }).waitFor();
    await expectAccessible(page);
  });
});
