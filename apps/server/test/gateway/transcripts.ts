import { readFileSync } from 'node:fs';

/** One line of a recorded connection. */
export interface RecordedFrame {
  t_ms: number;
  dir: 'send' | 'recv' | 'close';
  frame: { type?: string; event?: string; payload?: unknown; seq?: number; [field: string]: unknown };
}

/** What was recorded with the real gateway under this name, such as `turn-with-tool`; `replace` renames ids in it. */
export function readTranscript(name: string, replace: Record<string, string> = {}): RecordedFrame[] {
  const recorded = readFileSync(new URL(`transcripts/${name}.jsonl`, import.meta.url), 'utf8');
  const renamed = Object.entries(replace).reduce((text, [from, to]) => text.replaceAll(from, to), recorded);
  return renamed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
