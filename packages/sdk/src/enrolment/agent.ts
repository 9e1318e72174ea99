import { createHmac } from 'node:crypto';
import {
  type CapabilityCheck,
  type CapabilityTool,
  canonicalJson,
  createCapabilityCheck,
} from '@mission-control/policy';
import { createRedactor, type Redactor } from '@mission-control/policy/redact';
import { createSemaphore, type Semaphore } from '../enforcement/semaphore.ts';
import { createOwnBreakers, type OwnBreakers } from '../rulebook/own-breakers.ts';
import { createRulebook, type Rulebook } from '../rulebook/rulebook.ts';
import { safely, warnOnce } from '../safely.ts';
import type { AgentOptions } from '../settings.ts';
import type { Bundle } from './bundle.ts';

/** An agent of this process: what it declares, and what the server last said of it. */
export interface Agent {
  slug: string;
  options: AgentOptions;
  bundle: Bundle | undefined;
  /** Whether the bundle came from the server in this life of the process, not from the disk. */
  isFresh: boolean;
  /** Bundles below this number do not know what a command has said since. */
  floor: number;
  /** The declaration: what stores and other agents it may touch. */
  check: CapabilityCheck | undefined;
  /** Undefined before the first bundle, and when its policies cannot be read. */
  rulebook: Rulebook | undefined;
  /** Under whatever bundle. */
  ownBreakers: OwnBreakers;
  tools: Map<string, CapabilityTool>;
  redactor: Redactor;
  slots: Semaphore;
}

export function createAgent(options: AgentOptions): Agent {
  return {
    slug: options.agent,
    options,
    bundle: undefined,
    isFresh: false,
    floor: 0,
    check: undefined,
    rulebook: undefined,
    ownBreakers: createOwnBreakers(),
    tools: new Map(),
    redactor: createRedactor(),
    slots: createSemaphore(),
  };
}

/** Puts a bundle into force between two steps. An older one than the present is ignored. */
export function applyBundle(agent: Agent, bundle: Bundle, isFresh: boolean): void {
  if (agent.isFresh && agent.bundle && bundle.bundle < Math.max(agent.bundle.bundle, agent.floor)) return;
  agent.redactor = toRedactor(bundle);
  agent.rulebook = safely('reading policies', () => createRulebook(bundle));
  agent.check = createCapabilityCheck(bundle.capability, agent.slug);
  agent.tools = new Map(bundle.capability.tools.map((tool) => [tool.name, tool]));
  agent.slots.resize(bundle.capability.max_concurrency ?? Number.POSITIVE_INFINITY);
  agent.bundle = bundle;
  agent.isFresh = isFresh;
}

/**
 * Puts into force at once what a command says of an agent's state, ahead of the bundle with this number; false when that
 * bundle is here already.
 */
export function applyControl(agent: Agent, control: Partial<Bundle['control']>, number: number): boolean {
  if (!agent.bundle || agent.bundle.bundle >= number) return false;
  agent.bundle = { ...agent.bundle, control: { ...agent.bundle.control, ...control } };
  agent.floor = Math.max(agent.floor, number);
  return true;
}

function toRedactor(bundle: Bundle): Redactor {
  try {
    return createRedactor(bundle.redaction, { hash: (secret) => hashWith(bundle, secret).slice(0, 16) });
  } catch (error) {
    warnOnce(`redaction rules of ${bundle.agent_slug} cannot be read, the built-in ones hold: ${String(error)}`);
    return createRedactor();
  }
}

/** HMAC of the arguments under the organization's key, comparable within it and useless outside. */
export function hashArguments(agent: Agent, args: unknown): string | undefined {
  if (!agent.bundle?.hash_key || args === undefined) return undefined;
  try {
    return hashWith(agent.bundle, canonicalJson(args));
  } catch {
    // Arguments without a JSON form (cycles, functions of a host) have no hash.
    return undefined;
  }
}

/** Keyed hash of a text such as an end user's id; undefined before the first bundle. */
export const hashText = (agent: Agent, text: string): string | undefined =>
  agent.bundle?.hash_key ? hashWith(agent.bundle, text).slice(0, 32) : undefined;

const hashWith = (bundle: Bundle, text: string): string =>
  createHmac('sha256', Buffer.from(bundle.hash_key, 'base64')).update(text).digest('hex');
