/** Marks of Markdown that plain text hardly has: a heading, a link, bold text. */
const marks = [/^#{1,6} +\S/m, /\[[^\]\n]{1,200}\]\((?:https?:|mailto:)[^)\s]{1,500}\)/, /\*\*[^*\n]{1,200}\*\*/, /^```/m];

/** Whether a text is written in Markdown. */
export const looksLikeMarkdown = (text: string): boolean => marks.some((mark) => mark.test(text));

/** A link whose text does not say where it leads names its target too. */
function plainLink(_: string, text: string, target: string): string {
  const address = target.replace(/^mailto:/, '');
  return text.includes(address.replace(/^https?:\/\//, '')) || !/^https?:|@/.test(address) ? text : `${text} (${address})`;
}

/** A longer line is no prose, and its marks are not looked for. */
const maxLineLength = 5000;

function plainLine(line: string): string {
  if (line.length > maxLineLength) return line;
  if (/^\s*(?:[-*_]\s*){3,}$|^\s*=+\s*$|^\s*(?:```|~~~)|^\s*\|?[\s:|-]*-{2}[\s:|-]*$/.test(line)) return '';
  return line
    .replace(/^(?:> ?)+/, '')
    .replace(/^\s{0,3}#{1,6}\s+(.*?)\s*#*$/, '$1')
    .replace(/^(\s*)[*+-]\s+(?:\[[ x]\]\s+)?/i, '$1• ')
    .replace(/^\s*\|(.*)\|\s*$/, (_, cells: string) =>
      cells
        .split('|')
        .map((cell) => cell.trim())
        .join('\t'),
    )
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, plainLink)
    .replace(/<((?:https?:|mailto:)[^>\s]+)>/g, '$1')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/(\*{1,3}|~~)(?=\S)([^*~\n]+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/`([^`\n]+)`/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+.!|-])/g, '$1');
}

/** Takes Markdown's marks off a text; comments are left out. */
export const readMarkdown = (markdown: string): string =>
  markdown
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/\r\n?|\n/)
    .map(plainLine)
    .join('\n');
