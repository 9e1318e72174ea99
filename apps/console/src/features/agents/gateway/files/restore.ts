import type { Agent } from '#console/api/contract.ts';
import type { AgentUpdate } from '#console/api/queries/fleet/agents.ts';

const MARKUP = /\{\{|\{%/;
const END = /\{%-?\s*endraw/;

/** Files that people write; all others are made from the board and the agent. */
const FIELDS = { 'SOUL.md': 'soul_template', 'IDENTITY.md': 'identity_template' } as const;

/** Whether a file has a text that people write. */
export const isOwnText = (name: string): boolean => Object.hasOwn(FIELDS, name);

/**
 * What makes an older text of a file count again; undefined for files that are made. The text was rendered already:
 * what looks like a template in it stays as it is.
 */
export function toRestore({ version }: Pick<Agent, 'version'>, name: string, content: string): AgentUpdate | undefined {
  const field = isOwnText(name) ? FIELDS[name as keyof typeof FIELDS] : undefined;
  if (field === undefined || END.test(content)) return undefined;
  const text = MARKUP.test(content) ? `{% raw %}${content}{% endraw %}` : content;
  return { version, [field]: text };
}
