/** Texts that must stay text wherever a mail shows them. */
export const hostileNames: [what: string, name: string][] = [
  ['markup', '<script>alert(1)</script>'],
  ['quotes', `"O'Hara" 'x' onmouseover="y`],
  ['line breaks', 'Eve\r\nBcc: victim@example.com\r\n\r\nHello'],
  ['template syntax', '{{ name }}{% if 1 %}{{ 7 | times: 7 }}'],
  ['emoji', '👩‍🚀 Zoë'],
  ['right to left', 'مريم العلي'],
  ['turned direction', 'Eve\u202egpj.exe'],
  ['500 characters', 'x'.repeat(500)],
  ['a link', 'Win at evil.example.com'],
  ['control characters', 'A\u0000B\u0007C\ud800D'],
];
