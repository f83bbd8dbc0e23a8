import { describe, expect, it } from 'vitest';
import { decodeHtml, readHtml } from '#src/resumes/extract/html.js';
import { readMarkdown } from '#src/resumes/extract/markdown.js';
import { readOdtContent, readOdtStyles } from '#src/resumes/extract/odt-xml.js';
import { readRtf } from '#src/resumes/extract/rtf.js';

describe('RTF', () => {
  const read = (body: string) => readRtf(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252${body}}`, 'latin1'));
  const text = (body: string) => read(body).text.trim();

  it('reads paragraphs, tabs, cells and typographic characters', () => {
    expect(text('Jo\\tab Doe\\par {\\b Nurse} \\endash  2020\\line \\bullet  care\\par a\\cell b\\cell\\row')).toBe(
      'Jo\tDoe\nNurse – 2020\n• care\na\tb',
    );
  });

  it('reads escaped braces, hyphens and spaces', () => {
    expect(text('\\{a\\}\\~b\\_c o\\-k')).toBe('{a}\u00A0b-c ok');
  });

  it('decodes bytes by the code page of the document', () => {
    expect(text("Zo\\'eb \\'96 na\\'efve")).toBe('Zoë – naïve');
    expect(readRtf(Buffer.from("{\\rtf1\\ansi\\ansicpg1251 \\'e4\\'ee}")).text).toBe('до');
  });

  it('decodes bytes by the character set of the font', () => {
    const fonts = '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset2 Symbol;}}';
    expect(text(`${fonts}{\\f2\\'b7}{\\f1\\'e4\\'ee}{\\f0\\'eb}`)).toBe('•доë');
  });

  it('reads Unicode, and passes over as many substitutes as are announced', () => {
    expect(text("\\u1076?\\u1086\\'3f\\uc2\\u8211 --\\uc0\\u8217 s \\u-10179?\\u-8704?")).toMatch(/^до–’s /);
    expect(text('\\u-10179?\\u-8704?')).toBe('😀');
  });

  it('leaves out fonts, colours, styles, pictures, data and the codes of fields', () => {
    const noise =
      '{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}{\\stylesheet{\\s0 Normal;}}{\\info{\\author X}}{\\*\\generator Word}{\\pict\\bin5 {{{{{ff}';
    expect(text(`${noise}{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt my site}}`)).toBe('my site');
  });

  it('reads headers and text boxes on lines of their own', () => {
    expect(text('{\\header Jo Doe}\\par Nurse{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt Boxed}}}')).toBe(
      'Jo Doe\nNurse\nBoxed',
    );
  });

  it.each([
    ['hidden by format', '{\\v seen?}'],
    ['white on the page', '{\\cf2 seen?}'],
    ['smaller than two points', '{\\fs2 seen?}'],
  ])('leaves out text that is %s, and tells it', (_, body) => {
    expect(read(`{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}${body}shown`)).toEqual({
      text: 'shown',
      hidden: 'seen?',
    });
  });

  it('reads white text on a colour', () => {
    expect(text('{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}{\\highlight1\\cf2 seen}')).toBe('seen');
  });

  it('survives what is broken', () => {
    expect(text("a}}}b\\'zz\\")).toContain('b');
    expect(() => text('{'.repeat(1000))).toThrow('nested too deeply');
  });
});

describe('HTML', () => {
  const text = (html: string) => readHtml(html).text;

  it('reads blocks as lines, rows as lines with tabs, list items with bullets', () => {
    const page = `<h1>Jo <b>Doe</b></h1><p>Nurse<br>Leeds</p>
      <ul><li>Triage<li>Wound care</ul><table><tr><td>a<td>b</tr><tr><td>c</td><td>d</td></tr></table>`;
    expect(text(page).split(/\n+/)).toEqual(['Jo Doe', 'Nurse', 'Leeds', '• Triage', '• Wound care', 'a\tb', 'c\td']);
  });

  it('leaves out scripts, styles, comments and the head’s title', () => {
    expect(text('<title>t</title><style>p{a:b}</style><script>if (a<b) "</p>"</script><!-- <p>no</p> -->Jo')).toBe('Jo');
  });

  it('decodes entities', () => {
    expect(text('Zo&euml; &amp; Bj&ouml;rn&nbsp;&#8211; &#x41; &bogus; R&D')).toBe('Zoë & Björn – A &bogus; R&D');
  });

  it('tells where links lead, unless their text does', () => {
    expect(text('<a href="https://example.com/jo">my site</a> <a href="mailto:jo@example.com">jo@example.com</a>')).toBe(
      'my site (https://example.com/jo) jo@example.com',
    );
  });

  it('sets apart a title and a date that only a style sheet separates', () => {
    expect(text('<b>Nurse</b><span>May 2020</span>')).toBe('Nurse\tMay 2020');
    expect(text('<span>Java</span><span>Script</span>')).toBe('JavaScript');
  });

  it.each([
    ['not displayed', '<div style="display: none !important"><p>seen?</p></div>'],
    ['invisible', '<span style="VISIBILITY:hidden">seen?</span>'],
    ['marked as hidden', '<span hidden>seen?</span>'],
    ['of size zero', '<span style="font-size:0">seen?</span>'],
    ['white on the page', '<span style="color:#FFF">seen?</span>'],
    ['white in the old way', '<font color=white>seen?</font>'],
  ])('leaves out text that is %s, and tells it', (_, html) => {
    expect(readHtml(`${html}<p>shown`)).toEqual({ text: expect.stringMatching(/^\s*shown$/), hidden: 'seen?' });
  });

  it('reads white text on a colour', () => {
    expect(text('<div style="background:#123"><span style="color:white">seen</span></div>')).toBe('seen');
    expect(text('<style>.a{background:navy}</style><div class=a style="color:white">seen</div>')).toBe('seen');
  });

  it('survives what is broken', () => {
    expect(text('1 < 2 <> <b>x<i>y</b>z</p> <a href="')).toContain('1 < 2 <> xyz');
    expect(text(`${'<div>'.repeat(50_000)}deep`)).toBe('deep');
    expect(text('<!-- never closed')).toBe('');
  });

  it('is decoded by the encoding it names', () => {
    expect(decodeHtml(Buffer.from('<meta charset="koi8-u">\xc4\xcf', 'latin1'))).toContain('до');
    expect(decodeHtml(Buffer.from('<meta charset="bogus">Zo\xeb', 'latin1'))).toContain('Zoë');
  });
});

describe('Markdown', () => {
  it('loses its marks', () => {
    const markdown = [
      '# Jo Doe #',
      '## **Skills**',
      '---',
      '* a `b` _c_ ***d***',
      '- [x] snake_case_name',
      '> said',
      'E\\*F',
      '| a | b |',
      '|---|---|',
      '<!-- no -->',
    ];
    expect(readMarkdown(markdown.join('\n')).split('\n').filter(Boolean)).toEqual([
      'Jo Doe',
      'Skills',
      '• a b c d',
      '• snake_case_name',
      'said',
      'E*F',
      'a\tb',
    ]);
  });

  it('tells where links lead, unless their text does', () => {
    expect(
      readMarkdown('[site](https://example.com/jo) [jo@example.com](mailto:jo@example.com) ![me](me.png) <https://a.example>'),
    ).toBe('site (https://example.com/jo) jo@example.com me https://a.example');
  });

  it('stays fast with a long line of marks', () => {
    expect(readMarkdown('*'.repeat(1_000_000))).toHaveLength(1_000_000);
  });
});

describe('ODT', () => {
  const styles = `<s><style name="H"><text-properties display="none"/></style>
    <style name="W"><text-properties color="#ffffff"/></style><style name="W2" parent-style-name="W"/>
    <style name="T"><text-properties font-size="1pt"/></style>
    <style name="D"><table-cell-properties background-color="#203040"/></style></s>`;
  const read = (body: string) => readOdtContent(`<body><text>${body}</text></body>`, 'text', readOdtStyles([styles]));

  it('reads headings, paragraphs, lists, tabs, spaces and breaks', () => {
    const body = '<h>Jo  Doe</h>\n<p>a<tab/>b<s c="2"/>c<line-break/>d</p><list><list-item><p>Triage</p></list-item></list>';
    expect(read(body).text.trim()).toBe('Jo Doe\na\tb  c\nd\n• Triage');
  });

  it('reads a table row as a line, and a frame on lines of its own', () => {
    const row = (...cells: string[]) =>
      `<table-row>${cells.map((cell) => `<table-cell><p>${cell}</p></table-cell>`).join('')}</table-row>`;
    expect(
      read(`<table>${row('a', 'b')}${row('c', 'd')}</table><p>x<frame><text-box><p>boxed</p></text-box></frame></p>`).text,
    ).toMatch(/^a\tb\nc\td\nx\nboxed\n/);
  });

  it('leaves out what was deleted, and comments', () => {
    expect(read('<tracked-changes><p>gone</p></tracked-changes><p>a<annotation><p>why?</p></annotation>b</p>').text.trim()).toBe(
      'ab',
    );
  });

  it.each([
    ['hidden by format', 'H'],
    ['white on the page', 'W'],
    ['white by its style’s parent', 'W2'],
    ['smaller than two points', 'T'],
  ])('leaves out text that is %s, and tells it', (_, style) => {
    const { text, hidden } = read(`<p><span style-name="${style}">seen?</span>shown</p>`);
    expect({ text: text.trim(), hidden }).toEqual({ text: 'shown', hidden: 'seen?' });
  });

  it('reads white text in a dark cell', () => {
    expect(read('<table-cell style-name="D"><p><span style-name="W">seen</span></p></table-cell><p/>').hidden).toBe('');
  });
});
