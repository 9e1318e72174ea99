export { ApprovalDenied, Blocked, LeaseDenied, MissionControlError, Paused } from './errors.ts';
export type {
  AgentOptions,
  FailMode,
  InitOptions,
  ManifestOptions,
  RedactCallback,
  ToolDeclaration,
} from './settings.ts';
export { agent, flush, init, shutdown } from './surface/init.ts';
export { type LlmCall, type LlmRequest, llm } from './surface/llm.ts';
export { type Current, checkpoint, current, data, type Note, note, reason } from './surface/notes.ts';
export { entrypoint, type RunContext, type RunOptions, run } from './surface/run.ts';
export { type StepOptions, step } from './surface/step.ts';
export { headers, subagent } from './surface/subagent.ts';
export { type ToolOptions, tool, tools } from './surface/tool.ts';
export type { SideEffect, StepKind } from './wire.ts';
