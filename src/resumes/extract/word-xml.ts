import { createTextFlow } from './text-flow.js';
import { isWhite, minReadablePoints } from './visibility.js';
import { readXml } from './xml.js';

/** Fallbacks repeat what a text box says already; deleted and field text is not shown. */
const skipped = new Set(['Fallback', 'del', 'moveFrom', 'instrText', 'delText', 'pPrChange', 'rPrChange', 'binData']);

/** Characters that Word writes as elements. */
const characters: Readonly<Record<string, string>> = { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' };

/** What may have a colour behind its text; each inherits from the one around it. */
const containers = new Set(['tbl', 'tc', 'p', 'r', 'txbxContent']);

type Attributes = Readonly<Record<string, string>>;

const isOn = ({ val }: Attributes) => val !== '0' && val !== 'false' && val !== 'off';
const isShading = ({ fill, val }: Attributes) =>
  (fill !== undefined && fill !== 'auto' && !isWhite(fill)) || (val !== undefined && val !== 'clear' && val !== 'nil');

/** The ids of the styles that put a colour behind their text, read from `word/styles.xml`. */
export function shadedStyles(xml: string): Set<string> {
  const shaded = new Set<string>();
  let style = '';
  readXml(xml, {
    open(name, attributes) {
      if (name === 'style') style = attributes.styleId ?? '';
      else if (name === 'shd' && isShading(attributes)) shaded.add(style);
    },
    text() {},
    close() {},
  });
  return shaded;
}

export interface WordContext {
  /** Ids of styles with a colour behind their text. */
  shaded: ReadonlySet<string>;
  /** Whether white text that has no shading of its own stands on a white page. */
  isWhiteHidden: boolean;
}

/** Follows what a run's properties and the shading around it say of its visibility. */
function createVisibility({ shaded, isWhiteHidden }: WordContext) {
  const shades: boolean[] = [];
  let run = { isInvisible: false, isWhite: false };
  const shade = () => {
    shades.pop();
    shades.push(true);
  };
  return {
    open(name: string, attributes: Attributes, parent: string | undefined, grandparent: string | undefined) {
      if (name === 'r') run = { isInvisible: false, isWhite: false };
      // A text box is filled by the shape around it.
      if (containers.has(name)) shades.push(name === 'txbxContent' || (shades.at(-1) ?? false));
      else if (name === 'shd' && isShading(attributes) && shades.length > 0) shade();
      else if (name === 'highlight' && attributes.val !== 'none' && attributes.val !== 'white') shade();
      else if ((name === 'tblStyle' || name === 'pStyle' || name === 'rStyle') && shaded.has(attributes.val ?? '')) shade();
      if (parent !== 'rPr' || grandparent !== 'r') return;
      if (name === 'vanish' && isOn(attributes)) run.isInvisible = true;
      // The size is in half points.
      else if (name === 'sz' && Number(attributes.val) / 2 < minReadablePoints) run.isInvisible = true;
      else if (name === 'color') run.isWhite = isWhite(attributes.val);
    },
    close(name: string) {
      if (containers.has(name)) shades.pop();
    },
    isHidden: () => run.isInvisible || (run.isWhite && isWhiteHidden && !shades.at(-1)),
  };
}

/**
 * Reads the text of a WordprocessingML part: a line for each paragraph and each row of a table.
 * Throws on markup that is not well formed, on a document type declaration and on nesting beyond 256 levels.
 */
export function readWordXml(xml: string, context: WordContext): { text: string; hidden: string } {
  const flow = createTextFlow();
  const visibility = createVisibility(context);
  let skippingFrom = 0;
  readXml(xml, {
    open(name, attributes, path) {
      if (skippingFrom) return;
      if (skipped.has(name)) {
        skippingFrom = path.length;
        return;
      }
      visibility.open(name, attributes, path.at(-2), path.at(-3));
      if (name === 'tr') flow.openRow();
      else if (name === 'tc') flow.openCell();
      else if (name === 'txbxContent') flow.openBox();
      else if (name === 'p') flow.startLine();
      else if (name === 'numPr') flow.append('• ');
      // A tab element within paragraph properties defines a tab stop.
      else if (path.at(-2) === 'r') flow.append(characters[name] ?? '');
    },
    text(text, path) {
      if (skippingFrom || path.at(-1) !== 't') return;
      if (visibility.isHidden()) flow.hide(text);
      else flow.append(text);
    },
    close(name, path) {
      if (skippingFrom) {
        if (path.length === skippingFrom) skippingFrom = 0;
        return;
      }
      visibility.close(name);
      if (name === 'tc') flow.closeCell();
      else if (name === 'tr') flow.closeRow();
      else if (name === 'txbxContent') flow.closeBox();
      else if (name === 'p') flow.append('\n');
    },
  });
  return { text: flow.text(), hidden: flow.hidden() };
}
