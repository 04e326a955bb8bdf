// Parses Mermaid documents with the real Mermaid under its default limits, as a page that shows them would.
//
//   node check.mjs FILE...
//
// One line a file: `pass NAME KIND` or `FAIL NAME WHY`. Files whose names begin with BAD_ must be refused: they show that
// the check can fail. Exit code 1 where one is not as expected.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { JSDOM } from 'jsdom';

const page = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true }).window;
globalThis.window = page;
globalThis.document = page.document;
for (const name of ['Element', 'HTMLElement', 'SVGElement', 'Node', 'DOMParser', 'DocumentFragment', 'NodeFilter',
  'getComputedStyle', 'Option', 'Image', 'MutationObserver']) {
  globalThis[name] ??= page[name];
}
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
const { maxTextSize } = mermaid.mermaidAPI.defaultConfig;

let unexpected = 0;
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  let refused = null;
  let kind = '';
  try {
    kind = (await mermaid.parse(text)).diagramType;
    // Only drawing checks this one.
    if (text.length > maxTextSize) refused = `${text.length} characters, more than ${maxTextSize}`;
  } catch (error) {
    refused = String(error.message).split('\n').slice(0, 4).join(' / ');
  }
  const expected = basename(file).startsWith('BAD_') ? refused !== null : refused === null;
  if (!expected) unexpected += 1;
  console.log(expected ? 'pass' : 'FAIL', basename(file), refused ?? kind);
}
process.exit(unexpected === 0 ? 0 : 1);
