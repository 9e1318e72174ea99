import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Board, Onboarding } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { boardQuery } from '#console/api/queries/work/boards.ts';
import {
  answerOnboarding,
  type OnboardingAnswer,
  onboardingQuery,
  startOnboarding,
} from '#console/api/queries/work/onboarding.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { DraftForm } from './draft/draft-form.tsx';
import { MoreContext } from './more-context.tsx';
import { QuestionForm } from './question-form.tsx';
import { toStage } from './stage.ts';
import { AgentsTurn, Stuck } from './turns.tsx';

interface OnboardingDialogProps {
  boardId: string;
  onClose: () => void;
}

/** The main agent of the gateway asks what a board is for, drafts its goal and its lead, and a person confirms it. */
export function OnboardingDialog({ boardId, onClose }: OnboardingDialogProps) {
  return (
    <Dialog title="Set up the board with an agent" width="wide" onClose={onClose}>
      <Conversation boardId={boardId} onClose={onClose} />
    </Dialog>
  );
}

function Conversation({ boardId, onClose }: OnboardingDialogProps) {
  const board = useQuery(boardQuery(boardId)).data;
  const session = useQuery(onboardingQuery(boardId));
  const { mutate: start, ...started } = useStart(boardId);
  const isNone = session.data === null;
  useEffect(() => {
    if (isNone) start();
  }, [isNone, start]);
  if (session.isError && !session.data)
    return (
      <Failed
        what="The conversation could not be loaded"
        failure={toFailure(session.error)}
        onRetry={() => void session.refetch()}
        isCompact
      />
    );
  if (isNone && started.error)
    return <NotStarted error={started.error} isBusy={started.isPending} onRetry={start} onClose={onClose} />;
  if (!session.data || !board) return <SkeletonRows rows={6} />;
  return <Turn board={board} session={session.data} isStarting={started.isPending} onStart={start} onClose={onClose} />;
}

/** Nothing was begun: there is no agent to ask. */
function NotStarted({
  error,
  isBusy,
  onRetry,
  onClose,
}: {
  error: Error;
  isBusy: boolean;
  onRetry: () => void;
  onClose: () => void;
}) {
  const { message, code = '' } = toFailure(error);
  return <Stuck message={message} code={code} isBusy={isBusy} onResend={onRetry} onByHand={onClose} />;
}

interface TurnProps {
  board: Board;
  session: Onboarding;
  isStarting: boolean;
  onStart: () => void;
  onClose: () => void;
}

function Turn({ board, session, isStarting, onStart, onClose }: TurnProps) {
  const [isByHand, setByHand] = useState(false);
  const answer = useAnswer(board.id);
  const stage = toStage(session);
  if (isByHand) return <DraftForm board={board} draft={session.draft_goal} />;
  const ways = { isBusy: isStarting, onResend: onStart, onByHand: () => setByHand(true) };
  const reply = {
    isBusy: answer.isPending,
    error: answer.error ? toFailure(answer.error).message : undefined,
    onAnswer: answer.mutate,
  };
  switch (stage.kind) {
    case 'waiting':
      return <AgentsTurn sinceMs={stage.sinceMs} {...ways} />;
    case 'failed':
      return <Stuck message={stage.message} code={stage.code} {...ways} />;
    case 'question':
      return <QuestionForm key={stage.number} question={stage} {...reply} />;
    case 'draft':
      return (
        <>
          <DraftForm key={session.updated_at} board={board} draft={session.draft_goal} />
          <MoreContext {...reply} />
        </>
      );
    case 'confirmed':
      return <Confirmed isBusy={isStarting} onStart={onStart} onClose={onClose} />;
  }
}

function Confirmed({ isBusy, onStart, onClose }: { isBusy: boolean; onStart: () => void; onClose: () => void }) {
  return (
    <div className="grid gap-3 py-4">
      <p>This board was set up with an agent, and its goal is confirmed.</p>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" onClick={onClose}>
          Close
        </Button>
        <Button isBusy={isBusy} onClick={onStart}>
          Begin anew
        </Button>
      </div>
    </div>
  );
}

function useStart(boardId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => startOnboarding(boardId),
    onSuccess: (session) => queryClient.setQueryData(onboardingQuery(boardId).queryKey, session),
    // A conversation whose first message was not delivered is kept, as failed.
    onError: () => queryClient.invalidateQueries({ queryKey: boardKeys.onboarding(boardId) }),
  });
}

function useAnswer(boardId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: OnboardingAnswer) => answerOnboarding(boardId, body),
    onSuccess: (session) => queryClient.setQueryData(onboardingQuery(boardId).queryKey, session),
  });
}
