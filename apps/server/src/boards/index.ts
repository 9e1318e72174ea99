import type { CreateModule } from '#server/platform/module.ts';
import { customFieldCreated, customFieldDeleted, customFieldUpdated } from './custom-fields/custom-fields.events.ts';
import { customFieldsRoutes } from './custom-fields/custom-fields.routes.ts';
import { tagCreated, tagDeleted, tagUpdated } from './tags/tags.events.ts';
import { tagRoutes, tagsRoutes } from './tags/tags.routes.ts';

/** Boards and what stands on them: groups, tasks, tags, custom fields, memory, onboarding, skills, activity. */
export const createBoards: CreateModule = () => ({
  name: 'boards',
  routes: [customFieldsRoutes, tagsRoutes, tagRoutes],
  events: [customFieldCreated, customFieldUpdated, customFieldDeleted, tagCreated, tagUpdated, tagDeleted],
});
