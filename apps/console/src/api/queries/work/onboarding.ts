import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { hasStatus } from '../../problem.ts';
import { boardKeys } from '../work-keys.ts';

const PATH = '/api/v1/boards/{board_id}/onboarding';

type Body<Operation extends 'answer' | 'confirm'> =
  paths[`${typeof PATH}/${Operation}`]['post']['requestBody']['content']['application/json'];
export type OnboardingAnswer = Body<'answer'>;
export type OnboardingConfirm = Body<'confirm'>;

const pathOf = (boardId: string) => ({ path: { board_id: boardId } });

/** The latest conversation that sets up a board; null before the first. */
export const onboardingQuery = (boardId: string) =>
  queryOptions({
    queryKey: boardKeys.onboarding(boardId),
    queryFn: ({ signal }) =>
      read(api.GET(PATH, { signal, params: pathOf(boardId) })).catch((error: unknown) => {
        if (hasStatus(error, 404)) return null;
        throw error;
      }),
    staleTime: 0,
  });

/** Begins a conversation, or sends the last words of the person again. */
export const startOnboarding = (boardId: string) =>
  read(api.POST(`${PATH}/start`, { params: pathOf(boardId), body: {} }));

export const answerOnboarding = (boardId: string, body: OnboardingAnswer) =>
  read(api.POST(`${PATH}/answer`, { params: pathOf(boardId), body }));

/** Takes the goal over to the board and makes its lead. */
export const confirmOnboarding = (boardId: string, body: OnboardingConfirm) =>
  read(api.POST(`${PATH}/confirm`, { params: pathOf(boardId), body }));
