import type { AgentOptions, ManifestOptions, ToolDeclaration } from '../settings.ts';

/**
 * Tools that were wrapped in this process. An agent that lists `manifest.tools` declares exactly those; the wrapped
 * ones only add what is known of them (schema, effect). An agent that lists none declares what was wrapped before the
 * first run of the process: from then on the list is sealed, and a tool that appears later is undeclared.
 */
const wrapped = new Map<string, ToolDeclaration>();
const entrypoints = new Set<string>();
let framework: string | undefined;
let isSealed = false;
let onChange: (() => void) | undefined;

/** Notes a wrapped tool for the agents that list none themselves. */
export function declareTool(tool: ToolDeclaration): void {
  if (isSealed) return;
  wrapped.set(tool.name, { ...wrapped.get(tool.name), ...tool });
  onChange?.();
}

/** Ends the time in which tools may be declared by wrapping them. */
export function sealDeclarations(): void {
  isSealed = true;
  onChange = undefined;
}

/** Calls back when a tool is wrapped before the seal. */
export function watchDeclarations(callback: () => void): void {
  if (!isSealed) onChange = callback;
}

/** Opens the list again, when the SDK is shut down. */
export function reopenDeclarations(): void {
  isSealed = false;
  onChange = undefined;
}

/** Notes the framework in use, for the agents that name none. */
export function declareFramework(name: string): void {
  framework = name;
}

export const findFramework = (): string | undefined => framework;

/** Notes a function that starts an agent. */
export function declareEntrypoint(name: string): void {
  entrypoints.add(name);
}

export const listEntrypoints = (): string[] => [...entrypoints];

/** The manifest of an agent as the server takes it. */
export function toManifest({ manifest = {}, agent }: AgentOptions): Record<string, unknown> {
  return {
    ...manifest,
    tools: listTools(manifest),
    data_stores: (manifest.data_stores ?? []).map((store) => (typeof store === 'string' ? { name: store } : store)),
    subagents: manifest.subagents ?? [],
    ...(entrypoints.has(agent) && { entrypoints: [agent] }),
  };
}

function listTools({ tools }: ManifestOptions): ToolDeclaration[] {
  if (!tools) return [...wrapped.values()];
  return tools.map((tool) => {
    const declared = typeof tool === 'string' ? { name: tool } : tool;
    return { ...wrapped.get(declared.name), ...declared };
  });
}

/** Whether an agent's declaration is complete before any tool is wrapped: names alone wait for what the code adds. */
export const isComplete = ({ manifest }: AgentOptions): boolean =>
  manifest?.tools?.every((tool) => typeof tool !== 'string') ?? false;
