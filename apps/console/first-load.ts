import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What a browser loads before the first page is of use: these modules and all that they import. */
const FIRST_MODULES = [
  '/src/main.tsx',
  '/src/app/shell/frame.tsx',
  '/src/app/frames/overview-frame.tsx',
  '/src/features/agents/overview/overview-page.tsx',
];
const LIMIT_KB = 200;

/** Prints the first load in gzipped kB, and fails the build when it is above the limit. */
export function firstLoad(): Plugin {
  return {
    name: 'first-load',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const isFirst = (id: string) => FIRST_MODULES.some((module) => id.endsWith(module));
      const queue = chunks.filter((chunk) => chunk.moduleIds.some(isFirst)).map((chunk) => chunk.fileName);
      const loaded = new Set<string>();
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (loaded.has(name)) continue;
        loaded.add(name);
        const chunk = chunks.find(({ fileName }) => fileName === name);
        queue.push(...(chunk?.imports ?? []));
      }
      const first = chunks.filter(({ fileName }) => loaded.has(fileName));
      const scripts = first.map(({ code }) => code);
      const sheets = new Set(first.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]));
      const styles = [...sheets].flatMap((name) => {
        const sheet = bundle[name];
        return sheet?.type === 'asset' ? [sheet.source] : [];
      });
      const kb = [...scripts, ...styles].reduce((sum, text) => sum + gzipSync(text).length, 0) / 1_000;
      this.info(
        `first load ${kb.toFixed(1)} kB gzipped in ${loaded.size} scripts and ${styles.length} style sheet(s); limit ${LIMIT_KB} kB`,
      );
      if (kb > LIMIT_KB) this.error(`The first load is above ${LIMIT_KB} kB: make something lazy.`);
    },
  };
}
