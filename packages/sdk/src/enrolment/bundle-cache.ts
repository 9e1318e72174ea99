import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, parseBundle } from './bundle.ts';

/** The last good bundle of each agent on disk, so that a process that starts while the server is away is governed. */
export interface BundleCache {
  find: (slug: string) => Bundle | undefined;
  save: (bundle: Bundle) => void;
}

/** Files are 0600 and carry a MAC under a key made from the service key: another key's or an edited file is not read. */
export function createBundleCache(
  serviceKey: string,
  dir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mission-control'),
): BundleCache {
  const macKey = createHmac('sha256', serviceKey).update('bundle cache').digest();
  const toMac = (text: string): Buffer => createHmac('sha256', macKey).update(text).digest();
  const toPath = (slug: string): string => join(dir, `${slug}.json`);
  return {
    find: (slug) => {
      try {
        const { mac, text } = JSON.parse(readFileSync(toPath(slug), 'utf8')) as { mac: string; text: string };
        const given = Buffer.from(mac, 'hex');
        const due = toMac(text);
        return given.length === due.length && timingSafeEqual(given, due) ? parseBundle(JSON.parse(text)) : undefined;
      } catch {
        // No file, or not ours: the agent starts without a bundle.
        return undefined;
      }
    },
    save: (bundle) => {
      const text = JSON.stringify(bundle);
      const path = toPath(bundle.agent_slug);
      const draft = `${path}.${process.pid}`;
      void Promise.resolve()
        .then(() => mkdirSync(dir, { recursive: true, mode: 0o700 }))
        .then(() => writeFile(draft, JSON.stringify({ mac: toMac(text).toString('hex'), text }), { mode: 0o600 }))
        .then(() => rename(draft, path))
        .catch(() => undefined); // A read-only home: the next start without the server has no bundle.
    },
  };
}
