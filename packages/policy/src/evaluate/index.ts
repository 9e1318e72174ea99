export type * from '../ir.ts';
export { joinApprovals } from './approvals.ts';
export type { Call, Decision, Match, Past, Situation, Stage, Usage } from './call.ts';
export type { FailedLeaf } from './conditions/expressions.ts';
export { HIDDEN } from './conditions/paths.ts';
export { createEngine, type Engine, type EngineOptions } from './engine.ts';
export { toExplanation } from './explanation.ts';
export { findOpener } from './openers.ts';
export { RULE_KINDS } from './supported.ts';
