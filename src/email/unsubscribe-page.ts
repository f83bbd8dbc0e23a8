import { createHash } from 'node:crypto';
import type { MailKind } from './preferences.js';

/** What a user reads of a kind of mail, after "mails about". */
const subjects: Record<MailKind, string> = {
  achievements: 'your achievements',
  job_matches: 'jobs that match your skills',
  mentoring: 'requests to mentor',
  courses: 'courses you enrol in',
  digest: 'your day (the daily digest)',
  weekly_report: 'your week (the weekly report)',
};

const style = `
  :root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 32rem; padding: 3rem 1.25rem; }
  button { background: #1d5fd1; border: 0; border-radius: 8px; color: #fff; cursor: pointer; font: inherit; font-weight: 600; padding: 0.8rem 1.6rem; }
`;

/** For the page: its own style and a form to where it came from; no script, nothing from elsewhere. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - Journeyman</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;

/** Asks whether to unsubscribe. The form goes back to the page's own address, with the token in it. */
export const confirmPage = (kind: MailKind): string =>
  page(
    'Unsubscribe',
    `<p>Shall we send you no more mails about ${subjects[kind]}?</p>\n<form method="post"><button>Unsubscribe</button></form>`,
  );

/** @param settingsUrl Where users choose what they are sent. */
export const donePage = (kind: MailKind, settingsUrl: string): string =>
  page('Unsubscribed', `<p>You get no more mails about ${subjects[kind]}.</p>\n${settingsLink(settingsUrl)}`);

export const invalidPage = (message: string, settingsUrl: string): string =>
  page('Nothing was changed', `<p>${escapeHtml(message)}</p>\n${settingsLink(settingsUrl)}`);

const settingsLink = (url: string) => `<p><a href="${escapeHtml(url)}">Choose what we send you</a></p>`;
