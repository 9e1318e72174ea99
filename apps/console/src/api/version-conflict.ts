import { ApiProblem } from './problem.ts';

/** Whether a save was refused because someone else saved first. */
export const isVersionConflict = (error: unknown) =>
  error instanceof ApiProblem && error.code === 'resource.version_conflict';
