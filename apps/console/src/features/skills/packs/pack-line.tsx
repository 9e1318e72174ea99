import { Link } from '@tanstack/react-router';
import type { SkillPack } from '#console/api/contract.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { SyncOutcome } from './sync-outcome.tsx';
import type { Sync } from './use-syncs.ts';

interface PackLineProps {
  pack: SkillPack;
  sync: Sync | undefined;
  onSync: () => void;
  onEdit: () => void;
  onRemove: () => void;
}

/** One repository: what it holds, and when it was last read. */
export function PackLine({ pack, sync, onSync, onEdit, onRemove }: PackLineProps) {
  const isBusy = sync?.kind === 'queued' || sync?.kind === 'reading';
  return (
    <li className="grid gap-1.5 border-b px-4 py-2.5 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link
          to="/skills/marketplace"
          search={{ packId: pack.id }}
          className="touch inline-flex items-center font-medium hover:text-accent"
        >
          <ForeignText text={pack.name} />
        </Link>
        <span className="num text-fg-2">{plural(pack.skill_count, 'skill')}</span>
        <span className="text-sm text-fg-3">
          {pack.last_synced_at === null ? (
            'never synced'
          ) : (
            <>
              synced <Ago at={pack.last_synced_at} />
            </>
          )}
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button isBusy={isBusy} onClick={onSync}>
            Sync
          </Button>
          <Button tone="ghost" onClick={onEdit}>
            Edit
          </Button>
          <Button tone="ghost" onClick={onRemove}>
            Remove
          </Button>
        </span>
      </div>
      <p className="text-sm break-all text-fg-3">
        <ForeignText text={`${pack.source_url} (${pack.branch})`} />
      </p>
      {sync && <SyncOutcome sync={sync} />}
      {!sync && pack.last_error && (
        <p className="text-sm text-bad">
          <ForeignText text={pack.last_error.message} />
        </p>
      )}
    </li>
  );
}
