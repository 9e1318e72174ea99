/** A skill as it was found in a pack. */
export interface FoundSkill {
  name: string;
  description: string | null;
  category: string | null;
  risk: string | null;
  source: string | null;
  /** What names it in the organization. */
  source_url: string;
  metadata: Record<string, unknown>;
}

/** The pack that it was found in. */
export interface FoundIn {
  owner: string;
  repo: string;
  branch: string;
}

const MAX_DESCRIPTION = 2000;
const MAX_URL = 2000;

const text = (value: unknown, max: number): string | null =>
  typeof value === 'string' && value.trim() !== '' ? clean(value).slice(0, max).trim() : null;

/** What PostgreSQL cannot store is left out. */
const clean = (value: string): string => value.replace(/[\0\p{Surrogate}]/gu, '').trim();

const packUrl = ({ owner, repo }: FoundIn) => `https://github.com/${owner}/${repo}`;

const toUrl = (pack: FoundIn, path: string): string => {
  const parts = [pack.branch, path].filter((part) => part !== '').flatMap((part) => part.split('/'));
  return `${packUrl(pack)}/tree/${parts.map(encodeURIComponent).join('/')}`;
};

/** The path of a folder in the pack, in its one spelling; undefined for what is no path or leads out of it. */
function toPath(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = clean(value)
    .replaceAll('\\', '/')
    .replace(/(^|\/)SKILL\.md$/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

const isHttpUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_URL && /^https?:\/\//.test(value) && URL.canParse(value);

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** An entry of `skills_index.json`; undefined for one that names neither a path nor an address. */
export function toIndexedSkill(entry: unknown, pack: FoundIn): FoundSkill | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const item: { [key: string]: unknown } = { ...entry };
  const path = toPath(item.path);
  const source_url = path === undefined ? item.source_url : toUrl(pack, path);
  if (!isHttpUrl(source_url)) return undefined;
  const folder = lastPart(path ?? new URL(source_url).pathname);
  return {
    name: text(item.name, 200) ?? (folder === '' ? pack.repo : folder.slice(0, 200)),
    description: text(item.description, MAX_DESCRIPTION),
    category: text(item.category, 200),
    risk: text(item.risk, 200),
    source: text(item.source, 2000) ?? packUrl(pack),
    source_url,
    metadata: {
      discovery_mode: 'skills_index',
      pack_branch: pack.branch,
      source_url: isHttpUrl(item.source_url) ? item.source_url : packUrl(pack),
      resolved_path: path ?? null,
      skill_dir: folder,
    },
  };
}

/** What a `SKILL.md` in a folder of the pack says; `folder` is empty for the root. */
export function toFolderSkill(folder: string, content: string, pack: FoundIn): FoundSkill {
  const { fields, body } = splitFrontMatter(content);
  const heading = /^#{1,6}\s+(.+)$/m.exec(body)?.[1];
  const line = body
    .split('\n')
    .map((candidate) => candidate.trim())
    .find((candidate) => candidate !== '' && !/^(#|---|```|<!--)/.test(candidate));
  return {
    name: text(fields.name, 200) ?? text(heading, 200) ?? (lastPart(folder) || pack.repo),
    description: text(fields.description, MAX_DESCRIPTION) ?? text(line, MAX_DESCRIPTION),
    category: text(fields.category, 200),
    risk: text(fields.risk, 200),
    source: packUrl(pack),
    source_url: toUrl(pack, folder),
    metadata: {
      discovery_mode: 'skills_md',
      pack_branch: pack.branch,
      source_url: packUrl(pack),
      resolved_path: folder,
      skill_dir: lastPart(folder),
    },
  };
}

/** The plain fields of YAML front matter: `name: value`, quoted or not, and blocks after `|` or `>`. */
function splitFrontMatter(content: string): { fields: Record<string, string>; body: string } {
  const match = /^\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)/s.exec(content);
  if (!match) return { fields: {}, body: content };
  const fields: Record<string, string> = {};
  const pattern = /^([A-Za-z_-]+):[ \t]*(.*(?:\r?\n[ \t]+.*)*)/gm;
  for (const [, key = '', value = ''] of (match[1] ?? '').matchAll(pattern)) fields[key.toLowerCase()] = unquote(value);
  return { fields, body: content.slice(match[0].length) };
}

function unquote(value: string): string {
  const joined = value
    .replace(/^[|>][+-]?[ \t]*(?=\r?\n)/, '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
  return (
    /^"(.*)"$|^'(.*)'$/
      .exec(joined)
      ?.slice(1)
      .find((inner) => inner !== undefined) ?? joined
  );
}
