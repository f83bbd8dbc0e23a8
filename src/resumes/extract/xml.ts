import { SaxesParser } from 'saxes';

const maxDepth = 256;

export interface XmlReader {
  /** `path` holds the names of the open elements, the element's own last; names come without their prefix. */
  open(name: string, attributes: Readonly<Record<string, string>>, path: readonly string[]): void;
  text(text: string, path: readonly string[]): void;
  close(name: string, path: readonly string[]): void;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/**
 * Reads XML and hands its elements and text to `reader`. Names of elements and attributes lose their namespace's prefix.
 * Throws on markup that is not well formed, on a document type declaration and on nesting beyond 256 levels.
 */
export function readXml(xml: string, reader: XmlReader): void {
  const parser = new SaxesParser();
  const path: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('The part declares a document type.');
  });
  parser.on('opentag', (tag) => {
    const name = localName(tag.name);
    path.push(name);
    if (path.length > maxDepth) throw new Error('The part is nested too deeply.');
    const attributes = Object.fromEntries(Object.entries(tag.attributes).map(([key, value]) => [localName(key), String(value)]));
    reader.open(name, attributes, path);
  });
  parser.on('text', (text) => reader.text(text, path));
  parser.on('closetag', (tag) => {
    reader.close(localName(tag.name), path);
    path.pop();
  });
  parser.write(xml).close();
}
