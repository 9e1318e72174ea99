import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLibrary, outlineDocument, readLines, searchLibrary } from './library.ts';

const folder = mkdtempSync(join(tmpdir(), 'library-'));

beforeAll(() => {
  writeFileSync(join(folder, 'boats.md'), '# Boats\n\nA boat floats.\n\n## Sails\n\nA sail pulls the boat.\n');
  writeFileSync(join(folder, 'trains.md'), '# Trains\n\nA train is no boat.\n');
  writeFileSync(join(folder, 'picture.png'), 'boat');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('documents are found, other files are not', async () => {
  expect((await openLibrary(folder)).paths).toEqual(['boats.md', 'trains.md']);
});

test('a folder without documents, or none at all, is refused with a sentence', async () => {
  await expect(openLibrary(mkdtempSync(join(tmpdir(), 'empty-')))).rejects.toThrow('holds no documents');
  await expect(openLibrary(join(folder, 'nowhere'))).rejects.toThrow('does not exist');
});

test('a search names each document once before it names one twice', async () => {
  const hits = await searchLibrary(await openLibrary(folder), 'BOAT', 3);
  expect(hits.map(({ path, line }) => `${path}:${line}`)).toEqual(['boats.md:1', 'trains.md:3', 'boats.md:3']);
});

test('an outline is the headings with their lines', async () => {
  const outline = await outlineDocument(await openLibrary(folder), 'boats.md');
  expect(outline.map(({ line, text }) => `${line} ${text}`)).toEqual(['1 # Boats', '5 ## Sails']);
});

test('a document outside the folder is not read', async () => {
  await expect(readLines(await openLibrary(folder), '../secrets.md')).rejects.toThrow('outside the folder');
});
