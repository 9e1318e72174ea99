import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';
import { type Library, outlineDocument, readLines, searchLibrary } from './library.ts';
import { createLimiter, type Limit } from './limiter.ts';

const MAX_HITS = 8;
const LINES_PER_READ = 40;
/** What the link index allows: about a third of what a fleet asks of it, so that every answer takes several tries. */
const INDEX_LIMIT: Limit = { perSecond: 0.5, burst: 1 };

const Path = z.object({ path: z.string().describe('Document, relative to the folder.') });

/** What the specialists can do, over real files: the folder is read, notes and mail are written under `outputFolder`. */
export function createTools(library: Library, outputFolder: string, limit = INDEX_LIMIT) {
  return { ...createReadingTools(library), ...createIndexTools(library, limit), ...createWritingTools(outputFolder) };
}

const createReadingTools = (library: Library) => ({
  search: tool(({ term }) => searchLibrary(library, term, MAX_HITS).then(toJson), {
    name: 'docs/search',
    description: 'Finds lines that hold a term.',
    schema: z.object({ term: z.string() }),
  }),
  read: tool(
    async ({ path, from }) => (await readLines(library, path)).slice(from - 1, from - 1 + LINES_PER_READ).join('\n'),
    {
      name: 'docs/read',
      description: `Reads ${LINES_PER_READ} lines of a document.`,
      schema: Path.extend({ from: z.number().int().min(1).default(1) }),
    },
  ),
  outline: tool(({ path }) => outlineDocument(library, path).then(toJson), {
    name: 'docs/outline',
    description: 'Lists the headings of a document.',
    schema: Path,
  }),
  count: tool(async ({ path }) => countWords(await readLines(library, path)), {
    name: 'stats/count',
    description: 'Counts lines, words and distinct words of a document.',
    schema: Path,
  }),
});

/** The link index stands for a service with a quota: it refuses what comes too fast. */
function createIndexTools(library: Library, limit: Limit) {
  const takeRequest = createLimiter('index/related', limit);
  const findRelated = async (path: string) => {
    takeRequest();
    return toJson(await searchLibrary(library, basename(path), MAX_HITS));
  };
  return {
    related: tool(({ path }) => findRelated(path), {
      name: 'index/related',
      description: 'Finds documents that mention a document. Rate-limited.',
      schema: Path,
    }),
  };
}

const createWritingTools = (outputFolder: string) => ({
  save: tool(({ name, text }) => saveFile(join(outputFolder, 'notes'), name, text), {
    name: 'notes/save',
    description: 'Saves a note; the same name is overwritten.',
    schema: z.object({ name: z.string(), text: z.string() }),
  }),
  mail: tool(({ to, text }) => saveFile(join(outputFolder, 'outbox'), `${Date.now()}.eml`, `To: ${to}\n\n${text}\n`), {
    name: 'mail/send',
    description: 'Puts a mail into the outbox.',
    schema: z.object({ to: z.string(), text: z.string() }),
  }),
});

async function saveFile(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, basename(name));
  await writeFile(file, text);
  return `Saved ${Buffer.byteLength(text)} bytes to ${file}.`;
}

function countWords(lines: string[]): string {
  const words =
    lines
      .join(' ')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  return toJson({ lines: lines.length, words: words.length, distinct_words: new Set(words).size });
}

const toJson = (value: unknown): string => JSON.stringify(value);
