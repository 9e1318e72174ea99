import { getRouteApi } from '@tanstack/react-router';
import { EditBoardPage } from '#console/features/boards/edit/edit-board-page.tsx';
import { GoalBanner } from '#console/features/onboarding/goal-banner.tsx';
import { OnboardingDialog } from '#console/features/onboarding/onboarding-dialog.tsx';

const route = getRouteApi('/frame/boards/$boardId/edit');

/** A board's settings, with the conversation that fills them in: `?onboarding=1` opens it. */
export function BoardSettings() {
  const { boardId } = route.useParams();
  const { onboarding } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <GoalBanner boardId={boardId} />
      <EditBoardPage />
      {onboarding && (
        <OnboardingDialog boardId={boardId} onClose={() => void navigate({ search: {}, replace: true })} />
      )}
    </>
  );
}
