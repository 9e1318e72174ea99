import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import type { Entry, Part } from './transcript.ts';

interface TranscriptEntryProps {
  entry: Entry;
  agentName: string;
}

/** One message of a session. */
export function TranscriptEntry({ entry, agentName }: TranscriptEntryProps) {
  const isTool = entry.role === 'tool';
  return (
    <li className={cx('grid min-w-0 gap-1', isTool && 'border-l-2 border-line-strong pl-3')}>
      <p className="flex flex-wrap items-center gap-2 text-sm text-fg-3">
        <span className="font-medium text-fg-2">
          <ForeignText text={whoOf(entry, agentName)} />
        </span>
        {entry.isError && <Badge tone="bad">failed</Badge>}
        {entry.at && <Ago at={entry.at} />}
      </p>
      {entry.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message keep their place
        <PartView key={index} part={part} isTool={isTool} />
      ))}
    </li>
  );
}

function whoOf({ role, toolName }: Entry, agentName: string): string {
  switch (role) {
    case 'assistant':
      return agentName;
    case 'tool':
      return toolName === undefined ? 'Result of a tool' : `Result of ${toolName}`;
    case 'user':
      return 'To the agent';
    case 'system':
      return 'Gateway';
  }
}

function PartView({ part, isTool }: { part: Part; isTool: boolean }) {
  switch (part.kind) {
    case 'text':
      return isTool ? <Output text={part.text} /> : <Markdown text={part.text} />;
    case 'thinking':
      return (
        <details>
          <summary className="touch inline-flex items-center text-sm text-fg-3">What it thought</summary>
          <p className="whitespace-pre-wrap text-fg-2">
            <ForeignText text={part.text} />
          </p>
        </details>
      );
    case 'call':
      return (
        <div className="grid gap-1">
          <p className="text-sm">
            Calls <code className="font-mono">{part.name}</code>
          </p>
          <JsonTree value={part.args} label={`Arguments of ${part.name}`} />
        </div>
      );
    case 'other':
      return <JsonTree value={part.value} label="Part of the message" />;
  }
}

function Output({ text }: { text: string }) {
  return (
    <pre className="max-h-64 overflow-auto rounded border bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap break-words">
      <ForeignText text={text} />
    </pre>
  );
}
