import type { PolicyVersion } from '#console/api/contract.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

interface VersionRowProps {
  version: PolicyVersion;
  /** The version that holds. */
  active: number | null;
  /** Compares it with another, older or active one. */
  onCompare: (base: number) => void;
  /** Absent where nothing may be changed. */
  onAsk: ((what: 'activate' | 'rollback') => void) | undefined;
}

/** One version: who wrote it, what it changes, and what can be done with it. */
export function VersionRow({
  version: { version, note, author, created_at, hash },
  active,
  onCompare,
  onAsk,
}: VersionRowProps) {
  const isActive = version === active;
  const base = active !== null && !isActive ? active : version - 1;
  return (
    <li className="grid gap-1 border-b px-4 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="num font-medium">v{version}</span>
        {isActive && <Badge>holds</Badge>}
        <span className="text-fg-2">
          <ForeignText text={author.name ?? author.kind} />
        </span>
        <Identifier id={hash} />
        <Ago at={created_at} className="ml-auto text-sm text-fg-3" />
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {note && (
          <p className="min-w-0 break-words text-fg-2">
            <ForeignText text={note} />
          </p>
        )}
        <span className="ml-auto flex flex-wrap gap-1">
          {base > 0 && (
            <Button isSmall tone="ghost" onClick={() => onCompare(base)}>
              Compare with v{base}
            </Button>
          )}
          {onAsk && !isActive && active !== null && version < active && (
            <Button isSmall onClick={() => onAsk('rollback')}>
              Roll back to it
            </Button>
          )}
          {onAsk && !isActive && (active === null || version > active) && (
            <Button isSmall onClick={() => onAsk('activate')}>
              Activate
            </Button>
          )}
        </span>
      </div>
    </li>
  );
}
