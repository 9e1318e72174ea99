import type { BrowserContext, Page } from 'playwright-core';

/** What a context did that it must not: run a script, ask somewhere else, open a window or a dialog. */
export interface Watch {
  findings: string[];
}

/** Watches every page of a context. */
export async function watchContext(context: BrowserContext, origin: string): Promise<Watch> {
  const findings: string[] = [];
  await context.exposeFunction('__hit', () => findings.push('a script ran'));
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print'] as const)
      Reflect.set(window, name, Reflect.get(window, '__hit'));
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !isOwnPicture(url)) findings.push(`a request to ${url.slice(0, 200)}`);
  });
  context.on('dialog', (dialog) => {
    findings.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => {
    if (context.pages().length > 1) findings.push(`a window: ${page.url()}`);
  });
  return { findings };
}

/** Pictures of the console's own styles. */
const isOwnPicture = (url: string) => url.startsWith('data:image/') && !url.includes('evil') && !url.includes('__hit');

/** What stands in a page that could act when it is opened or touched, or that reads otherwise than it is. */
export async function listDangers(page: Page): Promise<string[]> {
  const found = [
    await page.evaluate(findElements),
    await page.evaluate(findAddresses),
    await page.evaluate(findReordered),
  ];
  return found.flat().map((markup) => markup.slice(0, 200));
}

/** Runs in the page: elements and attributes that act by themselves. */
function findElements(): string[] {
  const acting = 'script,iframe,object,embed,base,meta,link,style,audio,video';
  const elements = [...document.querySelectorAll('body *')].filter(
    (element) => element.matches(acting) || element.getAttributeNames().some((name) => name.startsWith('on')),
  );
  return elements.map(({ outerHTML }) => outerHTML);
}

/** Runs in the page: addresses that run something, that are loaded from elsewhere, or links that keep this window. */
function findAddresses(): string[] {
  const opens = ['http:', 'https:', 'mailto:'];
  const links = [...document.links].filter(
    ({ protocol, origin, rel }) =>
      !opens.includes(protocol) || (origin !== location.origin && protocol !== 'mailto:' && !rel.includes('noopener')),
  );
  const loaded = [
    ...document.querySelectorAll(
      'body :is([src],[srcset],[action],[formaction],[poster],[data],[ping],[style*="url("])',
    ),
  ];
  const foreign = loaded.filter(({ outerHTML }) => /evil|__hit/.test(outerHTML.slice(0, outerHTML.indexOf('>'))));
  return [...links, ...foreign].map(({ outerHTML }) => outerHTML);
}

/** Runs in the page: texts that hold characters which reorder what a person reads. */
function findReordered(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? '');
  return texts.filter((text) => /[\u202a-\u202e\u2066-\u2069]/.test(text)).map((text) => `reordered: ${text}`);
}
