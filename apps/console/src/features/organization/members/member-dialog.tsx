import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Member } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  deleteMember,
  memberKeys,
  memberQuery,
  updateMemberAccess,
  updateMemberRole,
} from '#console/api/queries/organization/members.ts';
import { membershipQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { AccessFields, type AccessValues, toAccess } from '../access-fields.tsx';
import { RoleField } from '../role-fields.tsx';

interface MemberDialogProps {
  memberId: string;
  /** Whether the reader is an owner, who may make and unmake owners. */
  isOwner: boolean;
  isSelf: boolean;
  onClose: () => void;
}

/** One person's role and access. */
export function MemberDialog({ memberId, isOwner, isSelf, onClose }: MemberDialogProps) {
  const { data, error } = useQuery(memberQuery(memberId));
  if (data) return <MemberForm key={data.version} member={data} isOwner={isOwner} isSelf={isSelf} onClose={onClose} />;
  return (
    <Dialog title="Member" onClose={onClose}>
      {error ? (
        <Failed what="The member could not be loaded" failure={toFailure(error)} isCompact />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Dialog>
  );
}

function toAccessValues({ all_boards_read, all_boards_write, board_access }: Member): AccessValues {
  return {
    all: all_boards_write ? 'write' : all_boards_read ? 'read' : 'none',
    boards: Object.fromEntries(board_access.map(({ board_id, can_write }) => [board_id, can_write ? 'write' : 'read'])),
  };
}

type MemberFormProps = Omit<MemberDialogProps, 'memberId'> & { member: Member };

function MemberForm({ member, isOwner, isSelf, onClose }: MemberFormProps) {
  const [role, setRole] = useState(member.role);
  const [access, setAccess] = useState(() => toAccessValues(member));
  const [isRemoving, setRemoving] = useState(false);
  const refresh = useRefresh();
  const name = member.user?.name ?? member.user?.email ?? 'this member';
  const save = useMutation({
    mutationFn: async () => {
      if (role !== member.role) await updateMemberRole(member.id, role);
      await updateMemberAccess(member.id, toAccess(access));
    },
    onSuccess: async () => {
      toast.done('Saved. Open pages of that person follow within a second.');
      onClose();
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteMember(member.id),
    onSuccess: async () => {
      onClose();
      await refresh();
    },
  });
  if (isRemoving) {
    return (
      <ConfirmDialog
        title="Remove the member"
        action="Remove"
        isBusy={remove.isPending}
        error={remove.error ? toFailure(remove.error).message : undefined}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      >
        <p>{name} loses every board of this organization at once, and tokens made for it end. What they wrote stays.</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog
      title={name}
      onClose={onClose}
      footer={
        <>
          {!isSelf && (
            <Button tone="danger" className="mr-auto" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" isBusy={save.isPending} onClick={() => save.mutate()}>
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <RoleField role={role} onChange={setRole} isOwner={isOwner} />
        <AccessFields values={access} onChange={setAccess} />
        {save.error && (
          <p role="alert" className="text-bad">
            {toFailure(save.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function useRefresh() {
  const queryClient = useQueryClient();
  return async () => {
    await queryClient.invalidateQueries({ queryKey: memberKeys.all });
    await queryClient.invalidateQueries({ queryKey: membershipQuery.queryKey });
  };
}
