import { hostname } from 'node:os';
import { RULE_KINDS } from '@mission-control/policy/evaluate';
import { isSigned } from '../channel/command.ts';
import { SDK } from '../process/version.ts';
import { warnOnce } from '../safely.ts';
import type { Settings } from '../settings.ts';
import { sleep, toBackoffMs } from '../transport/backoff.ts';
import { type HttpResponse, sendRequest } from '../transport/http.ts';
import { type Agent, applyBundle } from './agent.ts';
import { type Bundle, parseBundle } from './bundle.ts';
import type { BundleCache } from './bundle-cache.ts';
import { findFramework, listEntrypoints, toManifest } from './declaration.ts';

/** What this process does when it is told. */
const COMMANDS = ['bundle', 'hold', 'release', 'kill', 'drain', 'abort', 'keep', 'flush', 'grant', 'version.activate'];
const WAIT_MS = 3_000;
/** A bundle runs out unless it is renewed, and what was pushed may have been lost. */
const RENEW_MS = 60_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A key that is refused will hardly be accepted a second later. */
const REFUSED_RETRY_MS = 30_000;

export interface EnrolmentOptions {
  settings: Settings;
  producer: string;
  agents: Map<string, Agent>;
  cache: BundleCache;
  onContact: () => void;
  /** The process has a token, and a key for what it is told. */
  onEnrolled: () => void;
}

/** The process's standing with the server: its token, and the bundles of its agents. */
export class Enrolment {
  readonly #options: EnrolmentOptions;
  readonly #stop = new AbortController();
  #token: string | undefined;
  #commandKey: string | undefined;
  #attempt: Promise<void> | undefined;
  #isCurrent = false;
  #wait: Promise<void> | undefined;
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    for (const agent of options.agents.values()) this.#readCache(agent);
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Signs what the server tells this process; base64. */
  get commandKey(): string | undefined {
    return this.#commandKey;
  }

  /** Whether the server knows the process and its present declaration. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** Enrols unless that is done or under way. The first 3 s of it are waited for, then it goes on in the background. */
  async ensure(): Promise<void> {
    if (this.#isCurrent) return;
    this.#attempt ??= this.#begin();
    await Promise.race([this.#attempt, this.#wait]);
  }

  /** The token no longer holds, or the declaration changed. */
  renew(): Promise<void> {
    this.#isCurrent = false;
    this.#wait = undefined;
    return this.ensure();
  }

  stop(): void {
    clearInterval(this.#renewal);
    this.#stop.abort();
  }

  /**
   * A token for batches of a dead process that this one adopted: the server takes a batch only from its own producer,
   * and knows a repeated one by producer and number. Undefined when it cannot be had now.
   */
  async createTokenFor(producer: string): Promise<string | undefined> {
    const { status, text } = await this.#post(this.#toRequest(producer));
    const answer = status === 200 ? (JSON.parse(text) as { token?: unknown }) : undefined;
    return typeof answer?.token === 'string' ? answer.token : undefined;
  }

  /** Fetches the bundle of an agent when the server has a newer one than ours. */
  async refresh(slug: string, number: number): Promise<void> {
    const agent = this.#options.agents.get(slug);
    if (!agent?.bundle || !this.#token || (agent.isFresh && number <= agent.bundle.bundle)) return;
    await this.#fetchBundle(agent.bundle);
  }

  /** Asks for the bundles of all agents, whatever we have: what did not change costs an empty answer. */
  async refreshAll(): Promise<void> {
    for (const { bundle } of this.#options.agents.values()) if (bundle) await this.#fetchBundle(bundle);
  }

  /** {@link refreshAll} in the background. */
  renewBundles(): void {
    // The server is away: batches and the channel say so, and it is asked again in a minute.
    this.refreshAll().catch(() => undefined);
  }

  async #fetchBundle({ agent_id, etag }: Bundle): Promise<void> {
    if (!this.#token) return;
    const response = await sendRequest({
      url: `${this.#options.settings.url}/api/v1/agents/${agent_id}/bundle`,
      method: 'GET',
      headers: { authorization: `Bearer ${this.#token}`, ...(etag && { 'if-none-match': `"${etag}"` }) },
      timeoutMs: REQUEST_TIMEOUT_MS,
      isIdle: true,
    });
    if (response.status === 304) this.#options.onContact();
    if (response.status !== 200) return;
    const bundle: unknown = JSON.parse(response.text);
    if (!this.#commandKey || isSigned(this.#commandKey, bundle)) this.put(bundle);
  }

  /** Puts a bundle into force that is known to come from the server; false when it is none. */
  put(value: unknown): boolean {
    const bundle = parseBundle(value);
    if (!bundle) return false;
    this.#apply([bundle]);
    return true;
  }

  /** Keeps what is in force for an agent for a start without the server. */
  keep({ bundle }: Agent): void {
    if (bundle) this.#options.cache.save(bundle);
  }

  #begin(): Promise<void> {
    const done = new AbortController();
    // The wait holds the process: whoever awaits `init` must not be ended by it.
    this.#wait ??= sleep(WAIT_MS, AbortSignal.any([this.#stop.signal, done.signal]), 'ref');
    return this.#enrolUntilDone().finally(() => {
      done.abort();
      this.#attempt = undefined;
    });
  }

  async #enrolUntilDone(): Promise<void> {
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      const before = this.#toRequest();
      const outcome = await this.#enrolOnce(before);
      // A tool that was wrapped meanwhile needs another enrolment.
      if (outcome === 'done' && before === this.#toRequest()) return;
      if (outcome === 'refused') await sleep(REFUSED_RETRY_MS, this.#stop.signal);
      else if (outcome === 'away') await sleep(toBackoffMs(n), this.#stop.signal);
    }
  }

  async #enrolOnce(body: string): Promise<'done' | 'refused' | 'away'> {
    try {
      const { status, text } = await this.#post(body);
      if (status === 200) return this.#accept(JSON.parse(text) as Record<string, unknown>);
      if (status >= 500 || status === 429) return 'away';
      warnOnce(`Mission Control refuses to enrol (${status}): ${text.slice(0, 300)}`);
      return 'refused';
    } catch {
      // The server is away: enrolment is tried again.
      return 'away';
    }
  }

  #post(body: string): Promise<HttpResponse> {
    const { settings } = this.#options;
    return sendRequest({
      url: `${settings.url}/api/v1/agents/enroll`,
      method: 'POST',
      headers: { authorization: `Bearer ${settings.key}`, 'content-type': 'application/json' },
      body,
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
  }

  #accept({ token, command_key, agents, bundles }: Record<string, unknown>): 'done' | 'away' {
    if (typeof token !== 'string' || !Array.isArray(bundles)) return 'away';
    this.#token = token;
    this.#commandKey = typeof command_key === 'string' ? command_key : undefined;
    this.#isCurrent = true;
    this.#apply(bundles.map(parseBundle));
    this.#renewal ??= setInterval(() => this.renewBundles(), RENEW_MS * (0.9 + 0.2 * Math.random())).unref();
    this.#options.onEnrolled();
    const answered = Array.isArray(agents) ? (agents as { slug?: string; warnings?: string[] }[]) : [];
    for (const { slug, warnings } of answered) for (const text of warnings ?? []) warnOnce(`${slug}: ${text}`);
    return 'done';
  }

  #apply(bundles: (Bundle | undefined)[]): void {
    this.#options.onContact();
    for (const bundle of bundles) {
      const agent = bundle && this.#options.agents.get(bundle.agent_slug);
      if (!agent) continue;
      applyBundle(agent, bundle, true);
      this.#options.cache.save(bundle);
    }
  }

  #readCache(agent: Agent): void {
    const bundle = this.#options.cache.find(agent.slug);
    if (bundle) applyBundle(agent, bundle, false);
  }

  #toRequest(producer = this.#options.producer): string {
    const { agents } = this.#options;
    return JSON.stringify({
      producer,
      sdk: SDK,
      host: hostname(),
      pid: process.pid,
      runtime: `node ${process.versions.node}`,
      capabilities: { commands: COMMANDS, entrypoints: listEntrypoints(), rule_kinds: RULE_KINDS },
      agents: [...agents.values()].map(({ slug, options }) => ({
        slug,
        name: options.name,
        agent_type: options.type,
        framework: options.framework ?? findFramework(),
        framework_version: options.frameworkVersion,
        version: options.version ?? {},
        manifest: toManifest(options),
        parents: options.parents ?? [],
      })),
    });
  }
}
