import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { BoardRead } from '../boards/boards.schema.ts';
import {
  AgentPost,
  BoardOnboardingAnswer,
  BoardOnboardingConfirm,
  BoardOnboardingRead,
  BoardOnboardingStart,
} from './onboarding.schema.ts';
import {
  answerOnboarding,
  confirmOnboarding,
  getOnboarding,
  postAsAgent,
  startOnboarding,
} from './onboarding.service.ts';

const tags = ['onboarding'];
const params = z.object({ board_id: z.uuid() });

export function onboardingRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/onboarding',
    {
      config: { access: 'boards:read' },
      schema: {
        operationId: 'getOnboarding',
        tags,
        summary: 'The latest conversation that sets up a board.',
        params,
        response: { 200: BoardOnboardingRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id } }) => getOnboarding(ctx, board_id),
  );

  router.post(
    '/boards/:board_id/onboarding/start',
    {
      config: { access: 'boards:write' },
      schema: {
        operationId: 'startOnboarding',
        tags,
        summary: 'Let the main agent of the gateway ask; while it is its turn, send the last words again.',
        params,
        body: BoardOnboardingStart.nullish(),
        response: { 200: BoardOnboardingRead, ...problems(403, 404, 422, 502) },
      },
    },
    ({ ctx, params: { board_id } }) => startOnboarding(ctx, board_id),
  );

  router.post(
    '/boards/:board_id/onboarding/answer',
    {
      config: { access: 'boards:write' },
      schema: {
        operationId: 'answerOnboarding',
        tags,
        summary: 'Answer the question of the main agent.',
        params,
        body: BoardOnboardingAnswer,
        response: { 200: BoardOnboardingRead, ...problems(403, 404, 409, 422, 502) },
      },
    },
    ({ ctx, params: { board_id }, body }) => answerOnboarding(ctx, board_id, body),
  );

  router.post(
    '/boards/:board_id/onboarding/confirm',
    {
      config: { access: 'boards:write' },
      schema: {
        operationId: 'confirmOnboarding',
        tags,
        summary: 'Take the goal over to the board and make its lead.',
        params,
        body: BoardOnboardingConfirm,
        response: { 200: BoardRead, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params: { board_id }, body }) => confirmOnboarding(ctx, board_id, body),
  );
}

/** The two addresses at which the main agent posts. */
const FORMS = [
  { path: '/boards/:board_id/onboarding/agent', operationId: 'postOnboardingAsAgent' },
  { path: '/agent/boards/:board_id/onboarding', operationId: 'agent_post_onboarding' },
];

export function agentOnboardingRoutes(router: Router): void {
  for (const { path, operationId } of FORMS)
    router.post(
      path,
      {
        config: { access: 'agent-api:main' },
        schema: {
          ...agentOperation({
            roles: ['lead', 'worker'],
            intent: 'agent_board_onboarding_update',
            whenToUse: ['You were asked to set up a board with a person: post each question, then the outcome.'],
            whenNotToUse: ['You want to ask a person something else.'],
            actor: 'gateway_main',
            sideEffects: ['The person sees the question, or the draft of the goal to confirm.'],
            never: ['Do not post more than one question at a time.'],
            routing: ['A post with status "complete" ends the questions; any other is a question with options.'],
            examples: [
              { intent: 'ask the next question', privilege: 'gateway_main', decision: operationId },
              { intent: 'hand over the goal', privilege: 'gateway_main', decision: operationId },
            ],
          }),
          operationId,
          summary: 'Post the next question, or the outcome.',
          params,
          body: AgentPost,
          response: { 200: BoardOnboardingRead, ...problems(403, 404, 409, 422) },
        },
      },
      ({ ctx, params: { board_id }, body }) => postAsAgent(ctx, board_id, body),
    );
}
