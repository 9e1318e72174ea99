import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { listChat } from '#console/api/queries/work/memory.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { toast } from '#console/ui/overlay/toast.tsx';

/** So many messages a snapshot holds at most. */
const SHOWN_AT_FIRST = 200;

/** Brings older messages by pages into the board's snapshot, which holds the newest. */
export function useOlderChat({ board, chat_messages: messages }: BoardSnapshot) {
  const queryClient = useQueryClient();
  const [isAll, setAll] = useState(messages.length < SHOWN_AT_FIRST);
  const { mutate, isPending } = useMutation({
    mutationFn: () => listChat(board.id, messages.length),
    onSuccess: ({ items, total, offset }) => {
      setAll(items.length === 0 || offset + items.length >= total);
      queryClient.setQueryData<BoardSnapshot>(boardKeys.snapshot(board.id), (old) => {
        if (!old) return old;
        const known = new Set(old.chat_messages.map(({ id }) => id));
        const older = items.filter(({ id }) => !known.has(id)).toReversed();
        return { ...old, chat_messages: [...older, ...old.chat_messages] };
      });
    },
    onError: (error) => toast.failed(`Older messages could not be loaded: ${toFailure(error).message}`),
  });
  return { hasOlder: !isAll, isLoading: isPending, loadOlder: () => mutate() };
}
