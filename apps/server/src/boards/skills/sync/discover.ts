import { type FoundIn, type FoundSkill, toFolderSkill, toIndexedSkill } from './found-skill.rules.ts';
import { createItemReader } from './item-reader.ts';
import type { PackFile } from './pack-file.ts';

const INDEX = 'skills_index.json';
const SKILL = /^(?:|(.*)\/)SKILL\.md$/;
const IN_DOT_FOLDER = /(^|\/)\.[^/]*\//;
const MAX_INDEX_BYTES = 64 << 20;
/** What a name and a description stand in. */
const MAX_SKILL_BYTES = 65_536;
const MAX_SKILLS = 20_000;
const MAX_WARNINGS = 50;

export interface Discovery {
  /** By address, each once. */
  skills: FoundSkill[];
  warnings: string[];
}

/**
 * Finds the skills of a pack in one pass: those of `skills_index.json` at its root, else every `SKILL.md` outside of
 * folders whose name begins with a dot. Holds what it found and one piece of a file, however large the files are.
 */
export async function discoverSkills(files: AsyncIterable<PackFile>, pack: FoundIn): Promise<Discovery> {
  const { warn, warnings } = createWarnings();
  const inFolders: FoundSkill[] = [];
  let inIndex: FoundSkill[] = [];
  for await (const { path, content } of files) {
    const skill = IN_DOT_FOLDER.test(path) ? undefined : SKILL.exec(path);
    if (path === INDEX) inIndex = await readIndex(content, pack, warn);
    else if (skill && inFolders.length < MAX_SKILLS)
      inFolders.push(toFolderSkill(skill[1] ?? '', await readStart(content), pack));
  }
  const found = inIndex.length > 0 ? inIndex : inFolders;
  if (found.length === 0) warn('No skills were found.');
  if (found.length === MAX_SKILLS) warn(`At most ${MAX_SKILLS} skills of a pack are taken.`);
  return { skills: toUnique(found), warnings: warnings() };
}

type Warn = (text: string) => void;

function createWarnings(): { warn: Warn; warnings: () => string[] } {
  const first: string[] = [];
  let more = 0;
  return {
    warn: (text) => {
      if (first.length < MAX_WARNINGS) first.push(text);
      else more++;
    },
    warnings: () => (more === 0 ? first : [...first, `${more} more warnings.`]),
  };
}

async function readIndex(content: AsyncIterable<Buffer>, pack: FoundIn, warn: Warn): Promise<FoundSkill[]> {
  const reader = createItemReader('skills');
  const decoder = new TextDecoder();
  const found: FoundSkill[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > MAX_INDEX_BYTES) break;
    for (const item of reader.push(decoder.decode(piece, { stream: true }))) {
      const skill = toIndexedSkill(parse(item), pack);
      if (skill && found.length < MAX_SKILLS) found.push(skill);
      else if (!skill) warn(`An entry of ${INDEX} names no skill: ${item.slice(0, 100)}`);
    }
  }
  if (bytes <= MAX_INDEX_BYTES && reader.isComplete()) return found;
  warn(`${INDEX} could not be read: it is ${bytes > MAX_INDEX_BYTES ? 'too large' : 'broken'}.`);
  return [];
}

function parse(item: string): unknown {
  try {
    return JSON.parse(item);
  } catch {
    return undefined; // reported as an entry that names no skill
  }
}

async function readStart(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= MAX_SKILL_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8', 0, MAX_SKILL_BYTES);
}

const toUnique = (skills: FoundSkill[]): FoundSkill[] =>
  [...new Map(skills.map((skill) => [skill.source_url, skill])).values()].sort((a, b) =>
    a.source_url < b.source_url ? -1 : 1,
  );
