import type { RunnableConfig } from '@langchain/core/runnables';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { declareFramework } from '../enrolment/declaration.ts';
import { presentWith } from '../payloads/capture.ts';
import { currentPlace, locateWith, runAt } from '../runs/context.ts';
import { run } from '../surface/run.ts';
import { toPlain } from './messages.ts';
import { Observer } from './observer.ts';
import { findStep } from './places.ts';

export interface InstrumentOptions {
  /** Slug of the agent that the graph is; default the surrounding run's. Another one makes a child run. */
  agent?: string;
  /** Name of the runs that it opens; default the graph's. */
  name?: string;
}

/** What is needed of a compiled graph. */
interface Graph {
  invoke: (input: never, config?: never) => Promise<unknown>;
  withConfig: (config: RunnableConfig) => unknown;
  getName?: () => string;
}

const observer = new Observer();

/**
 * Reports a compiled graph: its nodes, model calls, tools and errors, at any depth. `invoke` outside a run opens one;
 * `stream` must be called within a run.
 */
export function instrument<G extends Graph>(graph: G, options: InstrumentOptions = {}): G {
  declareFramework('langgraph-js');
  presentWith(toPlain);
  locateWith((run) => findStep(toParentId(AsyncLocalStorageProviderSingleton.getRunnableConfig()), run));
  const watched = graph.withConfig({ callbacks: [observer] }) as G; // withConfig makes a graph of the same class
  const invoke = watched.invoke.bind(watched) as (input: unknown, config?: unknown) => Promise<unknown>;
  const name = options.name ?? graph.getName?.() ?? 'graph';
  const governed = (input: unknown, config?: unknown) =>
    within(config, () =>
      run({ name, input, ...(options.agent && { agent: options.agent }) }, () => invoke(input, config)),
    );
  return Object.assign(watched, { invoke: governed });
}

/** A graph that is a node of another stands in that node's step, which only the callbacks of its configuration name. */
function within<T>(config: unknown, work: () => T): T {
  const run = currentPlace()?.run;
  const step = findStep(toParentId(config), run);
  return run && step ? runAt({ run, step }, work) : work();
}

/** The callback run that a configuration belongs to. */
function toParentId(config: unknown): string | undefined {
  const { callbacks } = (config ?? {}) as { callbacks?: { getParentRunId?: () => string | undefined } };
  return callbacks?.getParentRunId?.();
}
