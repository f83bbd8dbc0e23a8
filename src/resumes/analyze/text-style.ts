import { isBullet } from './job-head.js';
import type { SectionKind, TextStyle } from './types.js';

const longBullet = 40;

const countWords = (text: string) => text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.+#-]*/gu)?.length ?? 0;
/** A figure that tells a result; not a year. */
const hasFigure = (line: string) => /(?<![\p{L}\d])(?!(?:19|20)\d\d(?!\d))\d/u.test(line);

/** Groups each bullet with the lines that go on with it. */
function bulletsOf(lines: readonly string[]): { text: string; line: number }[] {
  const bullets: { text: string; line: number }[] = [];
  let open = false;
  lines.forEach((text, line) => {
    if (isBullet(text)) {
      bullets.push({ text, line });
      open = true;
    } else if (open && /^\p{Ll}/u.test(text)) bullets.at(-1)!.text += ` ${text}`;
    else open = false;
  });
  return bullets;
}

/** Measures how a text reads. */
export function measureStyle(lines: readonly string[], sections: readonly SectionKind[]): TextStyle {
  const bullets = bulletsOf(lines);
  const jobBullets = bullets.filter(({ line }) => sections[line] === 'experience');
  return {
    words: lines.reduce((sum, line) => sum + countWords(line), 0),
    bullets: bullets.length,
    longBullets: bullets.filter(({ text }) => countWords(text) > longBullet).length,
    jobBullets: jobBullets.length,
    jobBulletsWithFigures: jobBullets.filter(({ text }) => hasFigure(text)).length,
  };
}
