import type { CreateModule } from '#server/platform/module.ts';
import { violationCreated, violationUpdated } from './violations/violations.events.ts';
import { violationsRoutes } from './violations/violations.routes.ts';

export { insertViolations } from './violations/violations.service.ts';
export type { NewViolation } from './violations/violations.store.ts';

export const createGovernance: CreateModule = () => ({
  name: 'governance',
  routes: [violationsRoutes],
  events: [violationCreated, violationUpdated],
});
