import type { PolicyDetail } from '#console/api/contract.ts';
import { Button } from '#console/ui/control/button.tsx';
import { TextDiff } from '#console/ui/data/text-diff.tsx';

interface SourceConflictProps {
  theirs: PolicyDetail;
  mine: string;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Someone else saved a version first: what they wrote against what stands here, and a choice. */
export function SourceConflict({ theirs, mine, isBusy, onKeepMine, onTakeTheirs }: SourceConflictProps) {
  return (
    <div role="alert" className="grid gap-2 border-b bg-warn-soft px-4 py-3 sm:px-6">
      <p className="font-medium">
        Someone else saved version {theirs.latest_version} meanwhile. Nothing of yours is saved yet.
      </p>
      <p className="text-sm text-fg-2">− theirs, + yours</p>
      <TextDiff before={theirs.source} after={mine} />
      <div className="flex flex-wrap gap-2">
        <Button isBusy={isBusy} onClick={onKeepMine}>
          Save mine after theirs
        </Button>
        <Button onClick={onTakeTheirs}>Take theirs</Button>
      </div>
    </div>
  );
}
