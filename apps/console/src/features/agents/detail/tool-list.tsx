import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Manifest } from '#console/api/contract.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

type Tool = Manifest['tools'][number];

const effects: Record<Tool['side_effect'], { word: string; tone: 'plain' | 'warn' | 'bad'; title: string }> = {
  pure: { word: 'pure', tone: 'plain', title: 'Changes nothing and reads nothing outside' },
  read: { word: 'read', tone: 'plain', title: 'Only reads' },
  idempotent_write: {
    word: 'idempotent write',
    tone: 'warn',
    title: 'Changes something; calling it twice does no more than once',
  },
  non_idempotent: { word: 'non-idempotent', tone: 'bad', title: 'Calling it twice does it twice' },
};

/** The declared tools with what a call does to the world. */
export function ToolList({ tools }: { tools: readonly Tool[] }) {
  return (
    <ul>
      {tools.map((tool) => (
        <ToolRow key={tool.name} tool={tool} />
      ))}
    </ul>
  );
}

function ToolRow({ tool }: { tool: Tool }) {
  const [isOpen, setOpen] = useState(false);
  const effect = effects[tool.side_effect];
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-left hover:bg-sunken"
      >
        <ChevronRight aria-hidden size={13} className={cx('shrink-0 text-fg-3', isOpen && 'rotate-90')} />
        <span className="font-mono text-sm font-medium">
          <ForeignText text={tool.name} />
        </span>
        <Badge tone={effect.tone} title={effect.title}>
          {effect.word}
        </Badge>
        {tool.external && <Badge title="Reaches outside the organization">external</Badge>}
        {tool.description && (
          <span className="min-w-0 flex-1 basis-40 truncate text-fg-2">
            <ForeignText text={tool.description} />
          </span>
        )}
      </button>
      {isOpen && <ToolDetail tool={tool} />}
    </li>
  );
}

function ToolDetail({ tool }: { tool: Tool }) {
  return (
    <div className="grid gap-3 px-4 pt-1 pb-4 pl-10">
      {tool.description && (
        <p className="whitespace-pre-wrap text-fg-2">
          <ForeignText text={tool.description} />
        </p>
      )}
      {(tool.data?.read?.length || tool.data?.write?.length) && (
        <p className="flex flex-wrap gap-1">
          {tool.data.read?.map((store) => (
            <Badge key={`r${store}`}>reads {store}</Badge>
          ))}
          {tool.data.write?.map((store) => (
            <Badge key={`w${store}`} tone="warn">
              writes {store}
            </Badge>
          ))}
        </p>
      )}
      {tool.schema ? (
        <JsonTree value={tool.schema} label={`Schema of ${tool.name}`} />
      ) : (
        <p className="text-fg-3">No schema of its arguments is declared.</p>
      )}
    </div>
  );
}
