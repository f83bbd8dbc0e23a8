import { describe, expect, it } from 'vitest';
import { detectFileType } from '#src/resumes/extract/file-type.js';
import { detectLanguage } from '#src/resumes/extract/language.js';
import { layOutPage } from '#src/resumes/extract/layout.js';
import { joinSpacedLetters } from '#src/resumes/extract/letter-spacing.js';
import { joinHyphenation, normalizeText } from '#src/resumes/extract/normalize.js';
import { decodePlainText } from '#src/resumes/extract/plain-text.js';
import { readWordXml, shadedStyles } from '#src/resumes/extract/word-xml.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('the type of a file', () => {
  it.each([
    ['%PDF-1.7\n', 'pdf'],
    ['junk before\n%PDF-1.4', 'pdf'],
    [`PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`, 'docx'],
    [`PK\x03\x04${'\0'.repeat(26)}word/document.xml`, 'docx'],
    [`PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.text`, 'odt'],
    ['{\\rtf1\\ansi Jo}', 'rtf'],
    ['<!DOCTYPE html><p>Jo', 'html'],
    ['\xef\xbb\xbf\n<html lang="en">', 'html'],
    ['<?xml version="1.0"?>\n<!DOCTYPE html>', 'html'],
    ['<!-- saved -->\n<div>Jo', 'html'],
    ['# Jo Doe\n\nNurse', 'md'],
    ['Jo Doe\n[site](https://example.com)', 'md'],
    ['Jo Doe\nNurse', 'txt'],
    ['Jo Doe\n* Nurse in C# and #1', 'txt'],
    ['Jo\0Doe, nurse, with one stray NUL', 'txt'],
    ['MZ is how my name begins', 'txt'],
    ['\xff\xfeJ\0o\0', 'txt'],
    ['\xef\xbb\xbfJo', 'txt'],
  ])('of %j is %s', (content, type) => {
    expect(detectFileType(bytes(content))).toBe(type);
  });

  it.each([
    ['MZ\x90\0\x03\0\0\0\x04\0\0\0', 'a Windows program'],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'a PNG picture'],
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'a JPEG picture'],
    [`PK\x03\x04${'\0'.repeat(26)}photo.jpg`, 'a ZIP archive'],
    [`PK\x03\x04${'\0'.repeat(26)}xl/workbook.xml`, 'an Excel workbook'],
    [`PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`, 'another kind of OpenDocument file'],
    ['<?xml version="1.0"?><feed/>', 'an XML file'],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0', 'a document of an old Word (.doc), or one protected by a password'],
    ['\x01\x02\x03\x04\0\0\0\x05', 'binary data of an unknown kind'],
  ])('names what %j is instead', (content, found) => {
    expect(() => detectFileType(bytes(content))).toThrow(
      expect.objectContaining({ code: 'RESUME_TYPE_UNSUPPORTED', values: { found } }),
    );
  });

  it('is none for an empty file', () => {
    expect(() => detectFileType(Buffer.alloc(0))).toThrow(expect.objectContaining({ code: 'RESUME_EMPTY' }));
  });
});

describe('plain text', () => {
  it.each([
    ['UTF-8', Buffer.from('Zoë – naïve')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFZoë – naïve')],
    ['UTF-16', Buffer.from('\uFEFFZoë – naïve', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\uFEFFZoë – naïve', 'utf16le').swap16()],
    ['windows-1252', bytes('Zo\xeb \x96 na\xefve')],
  ])('is decoded from %s', (_, data) => {
    expect(decodePlainText(data)).toBe('Zoë – naïve');
  });

  it.each([
    ['windows-1251', 'досвід роботи', '\xe4\xee\xf1\xe2\xb3\xe4 \xf0\xee\xe1\xee\xf2\xe8'],
    ['KOI8-U', 'досвід роботи', '\xc4\xcf\xd3\xd7\xa6\xc4 \xd2\xcf\xc2\xcf\xd4\xc9'],
    ['windows-1250', 'Główny księgowy, Łódź', 'G\xb3\xf3wny ksi\xeagowy, \xa3\xf3d\x9f'],
    ['ISO-8859-2', 'Główny księgowy, Łódź', 'G\xb3\xf3wny ksi\xeagowy, \xa3\xf3d\xbc'],
    ['windows-1252, in German', 'Geschäftsführer für Österreich', 'Gesch\xe4ftsf\xfchrer f\xfcr \xd6sterreich'],
    ['windows-1252, in Danish', 'Overlæge på Ærø', 'Overl\xe6ge p\xe5 \xc6r\xf8'],
  ])('in an 8-bit encoding is told by its letters: %s', (_, text, data) => {
    expect(decodePlainText(bytes(data))).toBe(text);
  });
});

describe('normalising', () => {
  it('takes ligatures and compatibility characters apart', () => {
    expect(normalizeText('of\uFB01ce\u00A0ＡＢ')).toBe('office AB');
  });

  it('removes what PostgreSQL refuses or nobody sees', () => {
    expect(normalizeText('a\0b\uD800c\u200Bd\u00ADe\u0007f 😀')).toBe('abcdef 😀');
  });

  it('tidies spaces, keeping lines and tabs', () => {
    expect(normalizeText('  a   b \t c\r\n\r\n\r\n\r\nd\u2028e  ')).toBe('a b\tc\n\nd\ne');
  });

  it('stays fast with runs of spaces', () => {
    expect(normalizeText(`a${' '.repeat(1_000_000)}b`)).toBe('a b');
  });

  it('joins a word that a line’s end split, and only such', () => {
    expect(joinHyphenation('develop-\nment of C-\nSharp, 2019-\n2021')).toBe('development of C-\nSharp, 2019-\n2021');
  });
});

describe('letters set wide apart', () => {
  it.each([
    ['S U M M A R Y', 'SUMMARY'],
    ['W O R K   H I S T O R Y', 'WORK HISTORY'],
    ['Skills\tÉ T U D E S', 'Skills\tÉTUDES'],
    ['ПРО\nД О С В І Д', 'ПРО\nДОСВІД'],
  ])('%j are joined', (text, joined) => {
    expect(joinSpacedLetters(text)).toBe(joined);
  });

  it.each(['Licence: A B C D', 'A B C', '1 2 3 4 5', 'I am a C R user', ''])('%j is left alone', (text) => {
    expect(joinSpacedLetters(text)).toBe(text);
  });
});

describe('the reading order of a page', () => {
  const item = (text: string, x: number, y: number, width = text.length * 5) => ({ text, x, y, width, fontSize: 10 });
  const lines = (texts: string[], x: number, top: number) => texts.map((text, index) => item(text, x, top - index * 12));

  it('joins the pieces of a line, whatever order they come in', () => {
    expect(layOutPage([item('world', 80, 700), item('Hel', 50, 700), item('lo', 65, 700.5)])).toBe('Hello world');
  });

  it('reads columns one after another, and what spans them before and after', () => {
    const left = ['Python skills', 'SQL skills', 'Excel skills', 'R skills too', 'Go skills'];
    const right = ['Worked on a long line here', 'and went on with it', 'until it was done', 'and some more', 'the end of it'];
    const page = [
      item('Jo Doe, a name that spans both of the columns', 50, 740, 300),
      ...lines(right, 200, 700),
      ...lines(left, 50, 701),
      item('A footer that spans both of the columns, too', 50, 600, 300),
    ];
    expect(layOutPage(page).split(/\n+/)).toEqual([
      'Jo Doe, a name that spans both of the columns',
      ...left,
      ...right,
      'A footer that spans both of the columns, too',
    ]);
  });

  it('keeps dates at the margin in their lines', () => {
    const titles = ['Engineer at Acme', 'Developer at Bolt', 'Tester at Crown', 'Intern at Delta'];
    const dates = ['2020 – 2022', '2018 – 2020', '2017 – 2018', '2016 – 2017'];
    const page = [...lines(titles, 50, 700), ...lines(dates, 400, 700)];
    expect(layOutPage(page).split('\n')).toEqual(titles.map((title, index) => `${title}\t${dates[index]}`));
  });

  /** Columns of cells, each with its lines; a row's cells begin on one baseline, 12 points a line and `padding` below a row. */
  const table = (rows: string[][][], xs: number[], padding: number) => {
    let top = 700;
    return rows.flatMap((cells) => {
      const items = cells.flatMap((cell, column) => lines(cell, xs[column] ?? 0, top));
      top -= Math.max(...cells.map((cell) => cell.length)) * 12 + padding;
      return items;
    });
  };

  it('reads a table row by row, the cells of a row one after another', () => {
    const rows = [
      [
        ['Jan 2021 –', 'Present'],
        ['Engineer', 'Acme Limited'],
        ['Built the payment service', 'and led a team of five'],
      ],
      [
        ['Mar 2018 –', 'Dec 2020'],
        ['Developer', 'Bolt Limited'],
        ['Wrote services in Java', 'for parcels', 'and tests'],
      ],
      [['2016 – 2018'], ['Tester', 'Crown Limited'], ['Tested mobile apps']],
      [['2014 – 2016'], ['Intern', 'at Delta', 'Limited'], ['Kept the web site', 'up to date']],
    ];
    const page = [item('Work history', 50, 730), ...table(rows, [50, 130, 250], 8), item('Education', 50, 500)];
    const read = rows.flatMap(([dates = [], ...cells]) => [dates.join(' '), ...cells.flat()]);
    expect(layOutPage(page).split(/\n+/)).toEqual(['Work history', ...read, 'Education']);
  });

  it('reads a row whose cells hold a line each as a line', () => {
    const rows = ['Languages', 'Databases', 'Cloud tools', 'Methods'].map((name) => [[name], [`the ${name} I know`]]);
    expect(layOutPage(table(rows, [50, 200], 12)).split(/\n+/)).toEqual(rows.map((cells) => cells.join('\t')));
  });

  it.each([
    ['with lines as far apart as each other', 16, [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]],
    ['with paragraphs of their own', 12, [0, 0, 12, 0, 0, 0, 12, 0], [0, 0, 0, 12, 0, 12, 0, 0]],
    ['whose paragraphs begin together once', 12, [0, 0, 12, 0, 0, 12, 0, 0], [0, 0, 12, 0, 0, 0, 0, 12]],
  ])('reads columns %s one after another', (_, leading, ...gaps) => {
    const pages = gaps.map((above, column) => {
      let y = 700;
      return above.map((gap, index) => {
        y -= leading + gap;
        return item(`column ${column} line ${index}`, 50 + column * 200, y);
      });
    });
    const texts = pages.flat().map(({ text }) => text);
    expect(layOutPage(pages.flat()).split(/\n+/)).toEqual(texts);
  });

  it('shows a gap between paragraphs as a blank line', () => {
    expect(layOutPage([item('one', 50, 700), item('two', 50, 688), item('three', 50, 650)])).toBe('one\ntwo\n\nthree');
  });

  it('reads Hebrew from right to left, with Latin words and numbers the right way round', () => {
    const page = [
      item('Python', 115, 700),
      item('תינכת', 150, 700),
      item('2020 – 2018', 30, 700),
      item('(Haifa) הפיח', 100, 688),
      item('היפרגויבילב תנייטצמ', 100, 676),
    ];
    expect(layOutPage(page).split('\n')).toEqual(['תכנית Python\t2018 – 2020', 'חיפה (Haifa)', 'מצטיינת בליביוגרפיה']);
  });

  it('leaves wide gaps between words whose letters are set apart', () => {
    const letters = [...'WORK'].map((letter, index) => item(letter, 50 + index * 9, 700));
    const more = [...'PAST'].map((letter, index) => item(letter, 95 + index * 9, 700));
    expect(joinSpacedLetters(layOutPage([...letters, ...more]))).toBe('WORK PAST');
  });

  it('is empty for an empty page', () => {
    expect(layOutPage([item('  ', 50, 700)])).toBe('');
  });
});

describe('Word’s markup', () => {
  const context = { shaded: new Set(['Banner']), isWhiteHidden: true };
  const read = (body: string) =>
    readWordXml(`<w:document xmlns:w="w" xmlns:mc="mc"><w:body>${body}</w:body></w:document>`, context).text.trim();
  const p = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const cell = (...paragraphs: string[]) => `<w:tc>${paragraphs.map(p).join('')}</w:tc>`;

  it('reads paragraphs, tabs, breaks and list items', () => {
    const tabStop = '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>';
    const list = '<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>';
    expect(read(`<w:p>${tabStop}<w:r><w:t>a</w:t><w:tab/><w:t>b &amp; c</w:t><w:br/><w:t>d</w:t></w:r></w:p>${list}`)).toBe(
      'a\tb & c\nd\n• item',
    );
  });

  it('reads a table row as a line, and cells of several lines one after another', () => {
    expect(read(`<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr><w:tr>${cell('c', 'd')}${cell('e')}</w:tr></w:tbl>`)).toBe(
      'a\tb\nc\nd\ne',
    );
  });

  it('reads a text box once, and no deleted text', () => {
    const box = `<w:txbxContent>${p('boxed')}</w:txbxContent>`;
    const alternate = `<mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent>`;
    expect(read(`<w:p><w:r>${alternate}</w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>`)).toBe('boxed');
  });

  const run = (format: string) => `<w:r><w:rPr>${format}</w:rPr><w:t>seen?</w:t></w:r>`;
  const white = '<w:color w:val="FFFFFF"/>';
  const shading = '<w:shd w:val="clear" w:fill="1F3864"/>';

  it.each([
    ['hidden by format', run('<w:vanish/>')],
    ['smaller than two points', run('<w:sz w:val="2"/>')],
    ['white on the page', run(white)],
  ])('leaves out text that is %s, and tells it', (_, body) => {
    const { text, hidden } = readWordXml(`<w:p xmlns:w="w">${body}<w:r><w:t>shown</w:t></w:r></w:p>`, context);
    expect({ text: text.trim(), hidden }).toEqual({ text: 'shown', hidden: 'seen?' });
  });

  it.each([
    ['that is not hidden after all', run('<w:vanish w:val="0"/>')],
    ['in white with a colour of its own behind it', run(white + shading)],
    ['in white in a dark cell', `<w:tbl><w:tr><w:tc><w:tcPr>${shading}</w:tcPr><w:p>${run(white)}</w:p></w:tc></w:tr></w:tbl>`],
    ['in white in a dark style', `<w:pPr><w:pStyle w:val="Banner"/></w:pPr>${run(white)}`],
    ['in white in a text box', `<w:r><w:txbxContent><w:p>${run(white)}</w:p></w:txbxContent></w:r>`],
  ])('reads text %s', (_, body) => {
    expect(read(`<w:p>${body}</w:p>`)).toBe('seen?');
  });

  it('finds the styles that put a colour behind text', () => {
    const styles = `<w:styles xmlns:w="w"><w:style w:styleId="Banner"><w:pPr>${shading}</w:pPr></w:style><w:style w:styleId="Plain"/></w:styles>`;
    expect([...shadedStyles(styles)]).toEqual(['Banner']);
  });

  it.each([
    ['a document type', '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'],
    ['broken markup', '<w:p><w:r></w:p>'],
    ['nesting without end', '<w:p>'.repeat(300)],
  ])('refuses %s', (_, xml) => {
    expect(() => readWordXml(xml, context)).toThrow();
  });
});

describe('the language', () => {
  it.each([
    ['en', 'Led the team that built the payment service and wrote tests for it in the first year of the company.'],
    ['de', 'Ich leitete das Team und war für die Entwicklung der Dienste zuständig, mit dem Ziel, die Kosten zu senken.'],
    ['fr', 'Responsable de la gestion des projets et du développement dans une équipe avec les clients pour le groupe.'],
    ['es', 'Responsable de la gestión de los proyectos y del equipo en una empresa con clientes para el sector de la salud.'],
    ['uk', 'Відповідав за розробку і тестування сервісів у команді, що працює з клієнтами на ринку та в банку за кордоном.'],
    [null, 'Python SQL Docker Kubernetes'],
    [null, ''],
  ])('is %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
