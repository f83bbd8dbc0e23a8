/** The time that files are dated with. */
export const made = new Date('2026-01-05T09:00:00Z');

export const escapeXml = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
