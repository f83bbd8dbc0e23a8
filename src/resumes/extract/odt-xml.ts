import { createTextFlow } from './text-flow.js';
import { isWhite, minReadablePoints } from './visibility.js';
import { readXml } from './xml.js';

type Attributes = Readonly<Record<string, string>>;

/** What a style says of its text's visibility; undefined is what the style around it says. */
interface Format {
  isInvisible?: boolean;
  isWhite?: boolean;
  isShaded?: boolean;
}

const isColored = (color: string) => color !== 'transparent' && !isWhite(color);

const inPoints: Readonly<Record<string, number>> = { pt: 1, in: 72, cm: 72 / 2.54, mm: 72 / 25.4, px: 0.75 };
function points(length: string): number {
  const [, value, unit = ''] = /^([\d.]+)([a-z]{2})$/.exec(length) ?? [];
  return Number(value) * (inPoints[unit] ?? Number.NaN);
}

function textFormat(attributes: Attributes): Format {
  const { display, color, 'font-size': size } = attributes;
  return {
    ...(display === 'none' || (size !== undefined && points(size) < minReadablePoints) ? { isInvisible: true } : {}),
    ...(color === undefined ? {} : { isWhite: isWhite(color) }),
  };
}

/** Reads the styles by name, each with what it takes from its parent; the later part's styles come before the earlier's. */
export function readOdtStyles(xmls: readonly string[]): Map<string, Format> {
  const formats = new Map<string, Format>();
  let current: Format | undefined;
  const read = (xml: string) =>
    readXml(xml, {
      open(name, attributes) {
        if (name === 'style' && attributes.name !== undefined) {
          current = { ...formats.get(attributes['parent-style-name'] ?? '') };
          formats.set(attributes.name, current);
        } else if (current && name.endsWith('-properties')) {
          if (name === 'text-properties') Object.assign(current, textFormat(attributes));
          const background = attributes['background-color'] ?? attributes['fill-color'];
          if (background !== undefined) current.isShaded = isColored(background);
          if (attributes.fill !== undefined && attributes.fill !== 'none' && attributes.fill !== 'solid') current.isShaded = true;
        }
      },
      text() {},
      close(name) {
        if (name === 'style') current = undefined;
      },
    });
  for (const xml of xmls) read(xml);
  return formats;
}

/** Elements whose text is no part of what is read. */
const skipped = new Set(['tracked-changes', 'annotation', 'forms', 'title', 'desc', 'script', 'ruby-text', 'hidden-text']);
/** Elements whose own style reaches the text in them. */
const styled = new Set(['p', 'h', 'span', 'a', 'table', 'table-row', 'table-cell', 'frame', 'custom-shape', 'section']);

/**
 * Reads the text below the elements of a name: `text` for the body, `header` and `footer` for what the pages repeat. A line
 * for each paragraph and each row of a table. Throws as `readXml` does.
 */
export function readOdtContent(
  xml: string,
  root: string,
  formats: ReadonlyMap<string, Format>,
): { text: string; hidden: string } {
  const flow = createTextFlow();
  const stack: Format[] = [];
  let depth = 0;
  let skippingFrom = 0;
  const isParagraph = (name: string) => name === 'p' || name === 'h';

  const open: Record<string, (attributes: Attributes) => void> = {
    p: flow.startLine,
    h: flow.startLine,
    tab: () => flow.append('\t'),
    'line-break': () => flow.append('\n'),
    s: ({ c = '1' }) => flow.append(' '.repeat(Math.min(Number(c) || 1, 100))),
    'list-item': () => {
      flow.startLine();
      flow.append('• ');
    },
    'text-box': flow.openBox,
    'table-row': flow.openRow,
    'table-cell': flow.openCell,
  };
  const close: Record<string, () => void> = {
    'text-box': flow.closeBox,
    'table-row': flow.closeRow,
    'table-cell': flow.closeCell,
  };

  readXml(xml, {
    open(name, attributes, path) {
      if (name === root && depth === 0) depth = path.length;
      if (depth === 0 || skippingFrom) return;
      if (skipped.has(name)) {
        skippingFrom = path.length;
        return;
      }
      if (styled.has(name)) stack.push({ ...stack.at(-1), ...formats.get(attributes['style-name'] ?? '') });
      // A list item's first paragraph goes on behind its bullet.
      if (isParagraph(name) && path.at(-2) === 'list-item') return;
      open[name]?.(attributes);
    },
    text(text, path) {
      if (depth === 0 || skippingFrom || !path.some(isParagraph)) return;
      const { isInvisible, isWhite: white, isShaded } = stack.at(-1) ?? {};
      const plain = text.replace(/\s+/g, ' ');
      if (isInvisible || (white && !isShaded)) flow.hide(plain);
      else flow.append(plain);
    },
    close(name, path) {
      if (depth === 0) return;
      if (skippingFrom) {
        if (path.length === skippingFrom) skippingFrom = 0;
        return;
      }
      if (styled.has(name)) stack.pop();
      if (isParagraph(name)) flow.append('\n');
      else close[name]?.();
      if (path.length === depth) depth = 0;
    },
  });
  return { text: flow.text(), hidden: flow.hidden() };
}
