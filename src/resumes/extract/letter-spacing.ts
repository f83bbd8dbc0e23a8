/** A piece of a line that is nothing but single letters with a space between: the letters of a word are one space apart. */
const spacedPiece = /^[ ]*[\p{L}\p{N}&/+’'.,:-](?: {1,8}[\p{L}\p{N}&/+’'.,:-]){3,80}[ ]*$/u;
const minLetters = 4;

function joinPiece(piece: string): string {
  if (!spacedPiece.test(piece) || (piece.match(/\p{L}/gu)?.length ?? 0) < minLetters) return piece;
  return piece
    .trim()
    .split(/ {2,}/)
    .map((word) => word.replaceAll(' ', ''))
    .join(' ');
}

/**
 * Joins the letters of headings that are set wide: `S U M M A R Y` becomes `SUMMARY`, and `W O R K  H I S T O R Y`, with a
 * wider gap between its words, `WORK HISTORY`. Prose is not touched: the whole line, or what tabs set apart, must be so.
 */
export const joinSpacedLetters = (text: string): string =>
  text.includes(' ')
    ? text
        .split('\n')
        .map((line) =>
          line
            .replace(/\u00A0/g, ' ')
            .split('\t')
            .map(joinPiece)
            .join('\t'),
        )
        .join('\n')
    : text;
