import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listMailLog, type MailboxMail, mailboxFolder, readMail, readMailbox } from '../../email/index.js';
import { coded } from '../../errors.js';
import type { MailboxAnswer, MailDetail, MailLogAnswer, MailSummary } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { iso, isoOrNull } from './rows.js';
import { pageQuery, plainText } from './schemas.js';

/** The most characters of a mail's source that are shown. */
const mostSource = 1_000_000;

/** For a frame: runs nothing, loads nothing, and is shown by the monitor's own pages only. */
const mailPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

/** The development mailbox and the mail log. */
export const mailRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, { db, settings }) => {
  const folder = mailboxFolder(settings.stateDir);
  const mailParams = z.object({ id: z.string().regex(/^[\w-]{1,100}$/) });

  async function findMail(id: string): Promise<{ mail: MailboxMail; source: string }> {
    const found = await readMail(folder, id);
    if (!found) throw coded('MAIL_NOT_FOUND', { id });
    return found;
  }

  app.get('/mailbox', async (): Promise<MailboxAnswer> => {
    const inUse = settings.emailUrl === undefined;
    return { inUse, mails: inUse ? (await readMailbox(folder, { limit: 50 })).map(summaryOf) : [] };
  });

  app.get('/mailbox/:id', { schema: { params: mailParams } }, async (request): Promise<MailDetail> => {
    const { mail, source } = await findMail(request.params.id);
    const { text, html, headers } = mail;
    return { ...summaryOf(mail), text, hasHtml: html !== '', headers, source: source.slice(0, mostSource) };
  });

  app.get('/mailbox/:id/html', { schema: { params: mailParams } }, async (request, reply) => {
    const { mail } = await findMail(request.params.id);
    return reply
      .headers({ 'content-security-policy': mailPolicy, 'x-frame-options': 'SAMEORIGIN' })
      .type('text/html; charset=utf-8')
      .send(mail.html);
  });

  app.route({
    method: 'GET',
    url: '/mail-log',
    schema: {
      querystring: z.object({
        ...pageQuery,
        status: z.enum(['sending', 'sent', 'failed', 'suppressed', 'skipped']).optional(),
        template: plainText(100).optional(),
        to: plainText(254).optional(),
      }),
    },
    handler: async (request): Promise<MailLogAnswer> => {
      const { page, pageSize, ...filter } = request.query;
      const { items, total } = await listMailLog(db, filter, { page, pageSize });
      return {
        items: items.map(({ createdAt, sentAt, ...row }) => ({ ...row, createdAt: iso(createdAt), sentAt: isoOrNull(sentAt) })),
        page,
        pageSize,
        total,
      };
    },
  });
};

const summaryOf = ({ id, from, to, subject, date }: MailboxMail): MailSummary => ({
  id,
  from,
  to,
  subject,
  date: isoOrNull(date),
});
