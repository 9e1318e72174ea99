import type { CreateModule } from '#server/platform/module.ts';

/** Boards and what stands on them: groups, tasks, tags, custom fields, memory, onboarding, skills, activity. */
export const createBoards: CreateModule = () => ({ name: 'boards', routes: [], events: [] });
