/** What stands in a group of its own and is not part of the text. */
export const skippedDestinations: ReadonlySet<string> = new Set(
  (
    'stylesheet info pict object themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator ' +
    'xmlnstbl fldinst revtbl filetbl bkmkstart bkmkend nonshppict sp annotation atnid atnauthor atnref atndate mmathPr ' +
    'pnseclvl template background ftnsep ftnsepc aftnsep aftnsepc'
  ).split(' '),
);

/** Groups that a reader may pass over and that hold text all the same. */
export const shownDestinations: ReadonlySet<string> = new Set(['shpinst', 'pntext']);

/** Groups of text that is not part of the line they stand in. */
export const ownLines: ReadonlySet<string> = new Set(
  'header headerl headerr headerf footer footerl footerr footerf shptxt footnote'.split(' '),
);

/** Control words that stand for characters. */
export const characters: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  sect: '\n',
  page: '\n',
  column: '\n',
  row: '\n',
  nestrow: '\n',
  tab: '\t',
  cell: '\t',
  nestcell: '\t',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
};

/** Control symbols that stand for characters. */
export const symbols: Readonly<Record<string, string>> = {
  '~': '\u00A0',
  _: '-',
  '\\': '\\',
  '{': '{',
  '}': '}',
  '\n': '\n',
  '\r': '\n',
  '\t': '\t',
};

/** The character set of symbol fonts. Their characters are bullets nearly always. */
export const symbolCharset = 2;

/** The encodings of the character sets that fonts name; the sets 0 and 1 are the document's. */
const charsets: Readonly<Record<number, string>> = {
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

const codePages: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  65001: 'utf-8',
};

export const encodingOfCharset = (charset: number | undefined): string | undefined =>
  charset === undefined ? undefined : charsets[charset];

export const encodingOfCodePage = (codePage: number): string => codePages[codePage] ?? `windows-${codePage}`;
