import { Problem } from '#server/platform/problem.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import type { AgentKind } from '../registry/agents.schema.ts';
import { toBlock } from './blocks.rules.ts';
import { renderTemplate, type Variables } from './engine.ts';
import { AGENTS_MD } from './texts/agents-md.ts';
import { BOOTSTRAP_MD, HEARTBEAT_MD, IDENTITY_MD, MEMORY_MD, SOUL_MD, TOOLS_MD, USER_MD } from './texts/other-files.ts';

/** Names that a gateway may refuse; their text is a section of AGENTS.md then. */
export const OPTIONAL_FILES = ['TOOLS.md', 'HEARTBEAT.md'] as const;
export type FileName =
  | 'AGENTS.md'
  | 'SOUL.md'
  | 'IDENTITY.md'
  | 'USER.md'
  | 'MEMORY.md'
  | 'BOOTSTRAP.md'
  | 'TOOLS.md'
  | 'HEARTBEAT.md';

const SEEDS: ReadonlySet<FileName> = new Set(['USER.md', 'MEMORY.md', 'BOOTSTRAP.md']);

/** Whether a file belongs to the agent once it is there. */
export const isSeedName = (name: FileName): boolean => SEEDS.has(name);

export interface RenderedFile {
  name: FileName;
  /** Ours between marks, which stays true; a seed belongs to the agent once it is there. */
  isSeed: boolean;
  content: string;
}

/** What goes into the model's prompt at every turn is paid at every turn. */
const MAX_CHARACTERS: Partial<Record<FileName, number>> = { 'AGENTS.md': 16_000, 'SOUL.md': 12_000 };
const MAX_ALL = 40_000;

export interface Rendering {
  kind: AgentKind;
  variables: Variables;
  identityTemplate: string | null;
  soulTemplate: string | null;
  /** Names that this gateway refuses. */
  refused: ReadonlySet<string>;
}

/**
 * The workspace files of an agent, with what its gateway refuses as sections of AGENTS.md. Without credentials, but for
 * the agent's own where it is delivered inline. Throws `template.invalid`, `agent.files_too_large`.
 */
export function renderFiles(rendering: Rendering): RenderedFile[] {
  const { kind, identityTemplate, soulTemplate, refused } = rendering;
  const isInline = (name: string) => refused.has(name);
  const variables: Variables = {
    ...rendering.variables,
    tools_inline: String(isInline('TOOLS.md')),
    heartbeat_inline: String(isInline('HEARTBEAT.md')),
  };
  const mayHoldToken = variables.credential_mode === 'inline';
  const render = (source: string) => {
    const text = tidy(renderTemplate(source, variables));
    return mayHoldToken ? text : withoutCredentials(text);
  };
  const tools = render(TOOLS_MD);
  const heartbeat = render(HEARTBEAT_MD);
  const agentsMd = [
    render(AGENTS_MD[kind === 'external' ? 'worker' : kind]),
    ...(isInline('TOOLS.md') ? [`## Tools\n\n${tools}`] : []),
    ...(isInline('HEARTBEAT.md') ? [`## When you are woken\n\n${heartbeat}`] : []),
  ].join('\n\n');
  const ours = (name: FileName, text: string) => ({ name, isSeed: false, content: text && toBlock(text) });
  const seed = (name: FileName, text: string) => ({ name, isSeed: true, content: text && `${text}\n` });
  const files: RenderedFile[] = [
    ...(isInline('TOOLS.md') ? [] : [ours('TOOLS.md', `# Tools\n\n${tools}`)]),
    ...(isInline('HEARTBEAT.md') ? [] : [ours('HEARTBEAT.md', `# When you are woken\n\n${heartbeat}`)]),
    ours('AGENTS.md', agentsMd),
    ours('SOUL.md', render(soulTemplate ?? SOUL_MD)),
    ours('IDENTITY.md', render(identityTemplate ?? IDENTITY_MD)),
    seed('USER.md', render(USER_MD)),
    seed('MEMORY.md', render(MEMORY_MD)),
    ...(kind === 'lead' ? [seed('BOOTSTRAP.md', render(BOOTSTRAP_MD))] : []),
  ];
  assertWithinBudget(files);
  return files;
}

/** Optional parts leave blank lines behind. */
const tidy = (text: string): string => text.replace(/\n{3,}/g, '\n\n');

function assertWithinBudget(files: RenderedFile[]): void {
  for (const { name, content } of files) {
    const max = MAX_CHARACTERS[name];
    if (max !== undefined && content.length > max) throw tooLarge(name, content.length, max);
  }
  const all = files.reduce((sum, { content }) => sum + content.length, 0);
  if (all > MAX_ALL) throw tooLarge('All files together', all, MAX_ALL);
}

const tooLarge = (what: string, size: number, max: number) =>
  new Problem(
    'agent.files_too_large',
    422,
    `${what} would have ${size} characters; ${max} at most. Shorten the board’s texts or the agent’s templates.`,
  );
