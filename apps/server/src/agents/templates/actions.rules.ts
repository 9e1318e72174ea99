import type { AgentKind } from '../registry/agents.schema.ts';
import { hasBlock, mergeBlock } from './blocks.rules.ts';
import type { RenderedFile } from './render-files.ts';

/** A file as its gateway has it; `null` when it is missing. */
export type FoundFile = { hash: string; content: string } | null;

/** How files are brought up to date. */
export interface FileMode {
  kind: AgentKind;
  /** Adopted: what stands there is not ours. */
  adopted: boolean;
  isFirst: boolean;
  overwrite: boolean;
  forceBootstrap: boolean;
}

/** What is written; `edited` when somebody else changed the file since we wrote it. */
export interface FileWrite {
  content: string;
  expectedHash: string | undefined;
  edited: boolean;
}

/**
 * What a file needs, undefined when nothing: missing and empty ones are written, seeds that are there belong to the
 * agent, in others only our block changes. `lastHash` is that of the file as we left it.
 */
export function toFileWrite(
  file: RenderedFile,
  found: FoundFile,
  lastHash: string | null,
  mode: FileMode,
): FileWrite | undefined {
  if (file.content === '' || !isWanted(file, found, mode)) return undefined;
  const content = toContent(file, found, lastHash, mode);
  if (found?.content === content) return undefined;
  const edited = found !== null && lastHash !== null && found.hash !== lastHash;
  return { content, expectedHash: found?.hash, edited };
}

function isWanted({ name, isSeed }: RenderedFile, found: FoundFile, mode: FileMode): boolean {
  if (!isSeed || found === null) return true;
  if (name === 'BOOTSTRAP.md') return mode.forceBootstrap || mode.isFirst;
  if (mode.overwrite) return true;
  // A main agent's user is whoever runs the gateway: its file follows them.
  return name === 'USER.md' && (mode.isFirst || mode.kind === 'main');
}

function toContent(
  { name, content, isSeed }: RenderedFile,
  found: FoundFile,
  lastHash: string | null,
  { adopted, isFirst, overwrite }: FileMode,
): string {
  if (found === null || isSeed) return content;
  if (hasBlock(found.content) && !overwrite) return mergeBlock(found.content, content);
  // The gateway writes IDENTITY.md anew by itself when it takes another name: nobody's words are lost by ours.
  const isOurs = !adopted && (isFirst || overwrite || found.hash === lastHash || name === 'IDENTITY.md');
  return isOurs ? content : mergeBlock(found.content, content);
}
