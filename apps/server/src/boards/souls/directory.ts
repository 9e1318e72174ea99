import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '#server/platform/context.ts';
import { request } from '#server/platform/outgoing/request.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { parseSiteMap, SOULS_DIRECTORY, toSoulRef } from './souls.rules.ts';
import {
  SOUL_NAME,
  type SoulParams,
  type SoulsDirectoryMarkdownResponse,
  type SoulsDirectorySoulRef,
} from './souls.schema.ts';

const INDEX_MS = 3_600_000;
const INDEX_LIMITS = { timeoutMs: 10_000, maxBytes: 16 << 20, redirects: 3 };
const SOUL_LIMITS = { timeoutMs: 5_000, maxBytes: 262_144, redirects: 3 };

/** Reads the collection of souls: a mirror folder (`souls/<handle>/<slug>.md`) first, else the public directory. */
export interface SoulsDirectory {
  /** All souls; what came over the network is kept for an hour. Throws `souls_directory.unavailable`. */
  list(): Promise<SoulsDirectorySoulRef[]>;
  /** Throws `soul.not_found`, `souls_directory.unavailable`. */
  read(soul: SoulParams): Promise<SoulsDirectoryMarkdownResponse>;
}

export function createSoulsDirectory(platform: Platform): SoulsDirectory {
  const mirror = platform.config.mirrorDir && join(platform.config.mirrorDir, 'souls');
  let index: { souls: SoulsDirectorySoulRef[]; until: number } | undefined;
  return {
    async list() {
      const mirrored = mirror ? await listMirror(mirror) : [];
      if (mirrored.length > 0) return mirrored;
      const now = platform.now().getTime();
      if (!index || now >= index.until)
        index = { souls: parseSiteMap(await fetchText(platform, '/sitemap.xml', INDEX_LIMITS)), until: now + INDEX_MS };
      return index.souls;
    },
    async read({ handle, slug }) {
      const mirrored = mirror && (await readIfThere(join(mirror, handle, `${slug}.md`)));
      const path = `/api/souls/${handle}/${slug}.md`;
      return { handle, slug, content: mirrored ?? (await fetchText(platform, path, SOUL_LIMITS, `${handle}/${slug}`)) };
    },
  };
}

async function listMirror(folder: string): Promise<SoulsDirectorySoulRef[]> {
  const handles = (await listIfThere(folder)).filter((handle) => SOUL_NAME.test(handle));
  const souls = await Promise.all(
    handles.map(async (handle) =>
      (await listIfThere(join(folder, handle)))
        .filter((file) => file.endsWith('.md') && SOUL_NAME.test(file.slice(0, -3)))
        .map((file) => toSoulRef(handle, file.slice(0, -3))),
    ),
  );
  return souls.flat();
}

/** Names in a folder, sorted; none when there is no such folder. */
const listIfThere = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').then(
    (text) => text.slice(0, SOUL_LIMITS.maxBytes),
    () => undefined,
  );

async function fetchText(
  platform: Platform,
  path: string,
  limits: typeof SOUL_LIMITS,
  soul = 'index',
): Promise<string> {
  const answer = await request(platform, { url: `${SOULS_DIRECTORY}${path}`, ...limits }).catch((error) => {
    throw error instanceof Problem ? unavailable(error.message) : error;
  });
  if (answer.status === 404 && soul !== 'index') throw notFound('soul', soul);
  if (answer.status !== 200) throw unavailable(`it answered ${answer.status}`);
  return answer.body.toString('utf8');
}

const unavailable = (why: string) =>
  new Problem('souls_directory.unavailable', 502, `The souls directory could not be read: ${why}`);
