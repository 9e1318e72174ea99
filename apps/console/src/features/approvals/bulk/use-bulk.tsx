import { type ReactNode, useMemo, useState } from 'react';
import type { Approval } from '#console/api/contract.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { type Selection, useSelection } from '#console/lib/browser/use-selection.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { SelectionBar } from '#console/ui/layout/selection-bar.tsx';
import { findActiveRow } from '#console/ui/table/active-row.ts';
import { keyOf } from '../approvals-table.tsx';
import { useDeciding } from '../detail/use-deciding.ts';
import { BulkDialog } from './bulk-dialog.tsx';

interface Bulk {
  selection: Selection;
  canChoose: (approval: Approval) => boolean;
  /** What floats over the list: the bar of what is chosen, the question. */
  overlay: ReactNode;
}

interface Asked {
  status: 'approved' | 'rejected';
  approvals: readonly Approval[];
}

/** Decides alike about several approvals of one action; `a` and `r` ask about what is chosen, or about the row in focus. */
export function useBulk(approvals: readonly Approval[]): Bulk {
  const order = useMemo(() => approvals.map(keyOf), [approvals]);
  const selection = useSelection(order);
  const { isOwn, departmentsOf } = useDeciding();
  const [asked, setAsked] = useState<Asked>();
  const chosen = approvals.filter((approval) => selection.chosen.has(keyOf(approval)));
  const action = chosen[0]?.action_type;
  const canChoose = (approval: Approval) =>
    approval.status === 'pending' && !isOwn(approval) && (action === undefined || approval.action_type === action);
  const alike = approvals.filter((approval) => action !== undefined && canChoose(approval));
  const ask = (status: Asked['status']) => {
    const focused = approvals[findActiveRow() ?? -1];
    const about = chosen.length > 0 ? chosen : focused && canChoose(focused) ? [focused] : [];
    if (about.length > 0) setAsked({ status, approvals: about });
  };
  useKeys({ a: () => ask('approved'), r: () => ask('rejected') });
  return {
    selection,
    canChoose,
    overlay: (
      <>
        {chosen.length > 0 && !asked && (
          <SelectionBar
            onClear={selection.clear}
            actions={
              <>
                {alike.length > chosen.length && (
                  <Button tone="ghost" onClick={() => selection.choose(alike.map(keyOf))}>
                    All {alike.length} alike
                  </Button>
                )}
                <Button tone="primary" title="a" onClick={() => ask('approved')}>
                  Approve
                </Button>
                <Button tone="danger" title="r" onClick={() => ask('rejected')}>
                  Reject
                </Button>
              </>
            }
          >
            {chosen.length} × <ForeignText text={action ?? ''} />
          </SelectionBar>
        )}
        {asked && (
          <BulkDialog
            {...asked}
            departments={departmentsOf(asked.approvals)}
            onClose={() => setAsked(undefined)} // those that were decided leave the list, and with it the choice
          />
        )}
      </>
    ),
  };
}
