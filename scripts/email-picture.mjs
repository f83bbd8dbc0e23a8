/** Takes docs/images/mails.png of the gallery that "npm run emails" made. Needs Chromium; CHROMIUM names another program. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const overview = path.join(root, '.gallery', 'overview.html');
const picture = path.join(root, 'docs', 'images', 'mails.png');
const rows = Math.ceil(readFileSync(overview, 'utf8').match(/<iframe/g).length / 4);

mkdirSync(path.dirname(picture), { recursive: true });
execFileSync(
  process.env.CHROMIUM ?? 'chromium',
  [
    '--headless',
    // Chromium's sandbox refuses to run as root, as in a container.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--hide-scrollbars',
    // Light, so that only the frames that ask for it are dark.
    '--blink-settings=preferredColorScheme=1',
    '--force-device-scale-factor=0.7',
    `--window-size=1500,${12 + rows * 862}`,
    `--screenshot=${picture}`,
    pathToFileURL(overview).href,
  ],
  { stdio: 'ignore' },
);
process.stdout.write(`${picture}\n`);
