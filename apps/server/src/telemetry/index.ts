import type { Agents } from '#server/agents/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';

export function createTelemetry(_platform: Platform, _agents: Agents): Module {
  return { name: 'telemetry' };
}
