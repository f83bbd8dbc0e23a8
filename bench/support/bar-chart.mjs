/** Bar charts as SVG that can be read on a light and on a dark page. */

const escapeXml = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const barHeight = 20;
const gap = 6;
const labelWidth = 290;
const barWidth = 380;
const width = labelWidth + barWidth + 90;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .title { font-weight: 600; font-size: 15px; }
  .page { fill: #ffffff; }
  .ours { fill: #1769aa; }
  .peer { fill: #9aa5b1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; }
    .page { fill: #14181d; }
    .ours { fill: #5aa9e6; }
    .peer { fill: #616e7c; }
  }
`;

/**
 * Draws groups of horizontal bars, each group on a scale of its own.
 *
 * @param groups `{ title, bars: [{ label, value, ours }] }`; `ours` sets a bar off from the others.
 */
export function barChart({ title, groups }) {
  const parts = [];
  let y = 12;
  for (const { title: groupTitle, bars } of groups) {
    const scale = barWidth / Math.max(...bars.map(({ value }) => value));
    y += 22;
    parts.push(`<text class="title" x="12" y="${y}">${escapeXml(groupTitle)}</text>`);
    y += 12;
    for (const { label, value, ours } of bars) {
      const middle = y + barHeight / 2 + 5;
      const length = Math.max(1, value * scale).toFixed(1);
      parts.push(
        `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
        `<rect class="${ours ? 'ours' : 'peer'}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3"/>`,
        `<text x="${(labelWidth + Number(length) + 6).toFixed(1)}" y="${middle}">${Math.round(value).toLocaleString('en-GB')}</text>`,
      );
      y += barHeight + gap;
    }
  }
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<style>${style}</style>
<rect class="page" width="${width}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}
