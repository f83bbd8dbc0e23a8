import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { achievementHandlers } from './achievements/index.js';
import { figureHandlers, reportHandlers, snapshotHandlers } from './analytics/index.js';
import type { App } from './app.js';
import {
  createMailer,
  createRenderer,
  createUnsubscribeLinks,
  dailyReportHandlers,
  digestHandlers,
  emailHandlers,
  readDkimKey,
  weeklyReportHandlers,
} from './email/index.js';
import { notificationHandlers } from './notifications/index.js';
import { createEngine, recommendationHandlers } from './recommendations/index.js';
import { createReader, resumeHandlers } from './resumes/index.js';
import { secretKey } from './secret-key.js';
import type { Handler } from './taskkit/index.js';

/** The handlers of all tasks with what they need, and what closes it. */
export function openHandlers({ settings, db, storage, log }: App): { handlers: Handler[]; close(): Promise<void> } {
  const clock = () => new Date();
  const mailer = createMailer({
    emailUrl: settings.emailUrl,
    from: settings.defaultFromEmail,
    replyTo: settings.emailReplyTo,
    connections: settings.emailConnections,
    ratePerSecond: settings.emailRateLimit,
    dkim: readDkimKey({ domain: settings.dkimDomain, selector: settings.dkimSelector, file: settings.dkimPrivateKey }),
    stateDir: settings.stateDir,
    log,
  });
  const renderer = createRenderer({
    folder: path.join(path.dirname(fileURLToPath(import.meta.url)), 'emails'),
    frontendUrl: settings.frontendUrl,
  });
  const unsubscribeLink = createUnsubscribeLinks({ secretKey: secretKey(settings), apiUrl: settings.apiUrl });
  const mail = { db, mailer, renderer, unsubscribeLink, clock };
  const reader = createReader();
  const engine = createEngine({ db, clock, log });
  const analytics = { db, clock, timezone: settings.timezone, activeUserDays: settings.activeUserDays };
  return {
    handlers: [
      ...emailHandlers(mail),
      ...digestHandlers({ ...mail, digestUserDays: settings.digestUserDays }),
      ...weeklyReportHandlers({ ...mail, activeUserDays: settings.activeUserDays }),
      ...dailyReportHandlers(mail),
      ...resumeHandlers({ db, storage, reader, clock }),
      ...achievementHandlers({ db, clock, activeUserDays: settings.activeUserDays }),
      ...recommendationHandlers({
        db,
        engine,
        clock,
        activeUserDays: settings.activeUserDays,
        jobMatchThreshold: settings.jobMatchThreshold,
      }),
      ...notificationHandlers({ db, clock }),
      ...figureHandlers(analytics),
      ...reportHandlers({
        db,
        clock,
        timezone: settings.timezone,
        taskHistoryDays: settings.taskHistoryDays,
        mailed: settings.dailyReportEmail,
      }),
      ...snapshotHandlers({ ...analytics, storage, snapshotDays: settings.snapshotDays }),
    ],
    close: async () => {
      await Promise.all([mailer.close(), reader.close(), engine.close()]);
    },
  };
}
