import type { CreateModule } from '#server/platform/module.ts';
import { customFieldCreated, customFieldDeleted, customFieldUpdated } from './custom-fields/custom-fields.events.ts';
import { customFieldsRoutes } from './custom-fields/custom-fields.routes.ts';

/** Boards and what stands on them: groups, tasks, tags, custom fields, memory, onboarding, skills, activity. */
export const createBoards: CreateModule = () => ({
  name: 'boards',
  routes: [customFieldsRoutes],
  events: [customFieldCreated, customFieldUpdated, customFieldDeleted],
});
