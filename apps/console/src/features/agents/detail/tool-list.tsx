import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Manifest, ToolInForce } from '#console/api/contract.ts';
import { toolsInForceQuery } from '#console/api/queries/fleet/tool-overrides.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { effects } from './tool-effects.ts';
import { OverrideBadge, ToolOverride } from './tool-override.tsx';

type Tool = Manifest['tools'][number];

/** The declared tools with what a call does to the world. */
export function ToolList({ agentId, tools }: { agentId: string; tools: readonly Tool[] }) {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  // Members read the manifest, admins also what was said of it.
  const inForce = useQuery({ ...toolsInForceQuery(agentId), enabled: isAdmin }).data;
  return (
    <ul>
      {tools.map((tool) => (
        <ToolRow
          key={tool.name}
          agentId={agentId}
          tool={tool}
          inForce={inForce?.find((one) => one.tool === tool.name)}
        />
      ))}
    </ul>
  );
}

interface ToolRowProps {
  agentId: string;
  tool: Tool;
  inForce: ToolInForce | undefined;
}

function ToolRow({ agentId, tool, inForce }: ToolRowProps) {
  const [isOpen, setOpen] = useState(false);
  const effect = effects[inForce?.side_effect ?? tool.side_effect];
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
        {inForce && <OverrideBadge tool={inForce} />}
        {tool.external && <Badge title="Reaches outside the organization">external</Badge>}
        {tool.description && (
          <span className="min-w-0 flex-1 basis-40 truncate text-fg-2">
            <ForeignText text={tool.description} />
          </span>
        )}
      </button>
      {isOpen && <ToolDetail tool={tool}>{inForce && <ToolOverride agentId={agentId} tool={inForce} />}</ToolDetail>}
    </li>
  );
}

function ToolDetail({ tool, children }: { tool: Tool; children: ReactNode }) {
  return (
    <div className="grid gap-3 px-4 pt-1 pb-4 pl-10">
      {children}
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
