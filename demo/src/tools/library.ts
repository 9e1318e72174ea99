import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

const IS_TEXT = /\.(md|mdx|txt|rst)$/i;
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage', '.mission-control']);
const MAX_DOCUMENTS = 500;

export interface Hit {
  path: string;
  line: number;
  text: string;
}

/** Documents of a folder, read anew at each call: what the fleet works on. Paths are relative to the folder. */
export interface Library {
  folder: string;
  paths: string[];
}

/** Finds the text documents of a folder. Throws when there is none. */
export async function openLibrary(folder: string): Promise<Library> {
  const root = resolve(folder);
  if (!existsSync(root)) throw new Error(`The folder ${root} does not exist.`);
  const paths = (await listDocuments(root)).map((path) => relative(root, path)).sort();
  if (paths.length === 0) throw new Error(`The folder ${root} holds no documents (.md, .mdx, .txt, .rst).`);
  return { folder: root, paths: paths.slice(0, MAX_DOCUMENTS) };
}

async function listDocuments(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name));
  const here = entries.filter((entry) => entry.isFile() && IS_TEXT.test(entry.name));
  const deeper = await Promise.all(below.map((entry) => listDocuments(join(folder, entry.name))));
  return [...here.map((entry) => join(folder, entry.name)), ...deeper.flat()];
}

/** The lines of a document. Throws when it is not in the folder or cannot be read. */
export async function readLines({ folder }: Library, path: string): Promise<string[]> {
  const file = resolve(folder, path);
  if (relative(folder, file).startsWith('..')) throw new Error(`${path} is outside the folder.`);
  return (await readFile(file, 'utf8')).split('\n');
}

/** Lines that hold the term, in any case, one per document first, so that the hits spread. */
export async function searchLibrary(library: Library, term: string, limit: number): Promise<Hit[]> {
  const wanted = term.toLowerCase();
  const byDocument = await Promise.all(
    library.paths.map(async (path) => findHits(path, await readLines(library, path), wanted)),
  );
  return byDocument
    .flatMap((hits) => hits.map((hit, rank) => ({ hit, rank })))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ hit }) => hit);
}

const findHits = (path: string, lines: string[], wanted: string): Hit[] =>
  lines.flatMap((text, index) =>
    text.toLowerCase().includes(wanted) ? [{ path, line: index + 1, text: text.trim().slice(0, 200) }] : [],
  );

/** The headings of a document, with their lines. */
export async function outlineDocument(library: Library, path: string): Promise<Hit[]> {
  const lines = await readLines(library, path);
  return lines.flatMap((text, index) => (/^#{1,4} /.test(text) ? [{ path, line: index + 1, text }] : []));
}
