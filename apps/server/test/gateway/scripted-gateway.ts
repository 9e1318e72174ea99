import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { raiseApproval } from './approvals.ts';
import { createFaults, type FaultControls } from './faults.ts';
import { approveAll, type Door } from './handshake.ts';
import { type GatewayCall, serve } from './serve.ts';
import { readTranscript } from './transcripts.ts';
import { playTurn, type TurnScript } from './turns.ts';
import { type Approval, createWorld, type Run, type World } from './world.ts';

export interface ScriptedGatewayOptions {
  /** Null: the gateway asks for none. */
  token?: string | null;
  /** Whether an unknown device must be approved, as it must from another host. */
  pairing?: Door['pairing'];
  protocols?: readonly number[];
  version?: string;
  /** How long a write of the configuration takes to be applied. */
  settleMs?: number;
  tickIntervalMs?: number;
  /** Methods that this gateway does not have. */
  without?: readonly string[];
  /** Names of workspace files that it takes. */
  acceptedFiles?: readonly string[];
  /** What agents do with messages; without one they answer `mock-ok`. */
  script?: TurnScript;
  /** Commands of cron jobs other than the credential's. */
  runCommand?: World['runCommand'];
}

export interface ScriptedGateway extends FaultControls {
  url: string;
  token: string;
  /** Every call so far, but `connect`. */
  calls: GatewayCall[];
  /** What the gateway holds: agents, workspaces, sessions, secrets, approvals, connections. */
  world: World;
  /** Changes what agents do with messages. */
  onMessage(script: TurnScript): void;
  /** Sends an event to every connection. */
  emit(event: string, payload: unknown): void;
  /** Sends the recorded events of a transcript, in order; `replace` renames ids in them. */
  play(transcript: string, replace?: Record<string, string>): void;
  /** Raises an approval request that no scripted turn asks for. */
  raiseApproval(kind: Approval['kind'], request: Record<string, unknown>): Approval;
  /** Cuts every connection as a broken network does. */
  dropConnections(): void;
  /** Announces a restart, closes with 1012, is away for `downMs` and comes back with another `bootId`. */
  restart(options?: { downMs?: number }): void;
  /** Approves every device that waits. */
  approveDevices(): void;
  close(): Promise<void>;
}

const FILES = ['AGENTS.md', 'SOUL.md', 'IDENTITY.md', 'USER.md', 'BOOTSTRAP.md', 'MEMORY.md'];

/** A gateway in this process that speaks protocol 4 as openclaw 2026.9.6 does, and fails as told. */
export async function startScriptedGateway(options: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> {
  const token = options.token === undefined ? 'scripted-gateway-token' : options.token;
  const door: Door = {
    token: token ?? undefined,
    pairing: options.pairing ?? 'off',
    protocols: options.protocols ?? [4],
  };
  let script = options.script ?? (() => []);
  const calls: GatewayCall[] = [];
  const faults = createFaults();
  const timers = new Set<NodeJS.Timeout>();
  const facts = {
    version: options.version ?? '2026.9.6',
    settleMs: options.settleMs ?? 20,
    acceptedFiles: new Set(options.acceptedFiles ?? FILES),
    runCommand: options.runCommand ?? (() => ({ exitCode: 0, output: '' })),
  };
  const world = createWorld(facts, {
    later(ms, work) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, ms);
      timers.add(timer);
    },
    restart: () => restart(),
    startTurn(run: Run, message: string) {
      const { agentId, sessionKey, runId } = run;
      const steps = script({ agentId, sessionKey, runId, text: message });
      if (steps) void playTurn(world, run, steps);
    },
  });
  const sockets = new Set<WebSocket>();
  const tcp = new Set<Socket>();
  let isDown = false;

  const server = createServer((request, response) => {
    const isHealth = request.url === '/healthz' || request.url === '/readyz';
    response.writeHead(isHealth ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isHealth ? { ok: true, status: 'live' } : { error: 'not found' }));
  });
  server.on('connection', (socket) => {
    if (isDown) socket.destroy();
    tcp.add(socket);
    socket.on('close', () => tcp.delete(socket));
  });
  const upgrades = new WebSocketServer({ noServer: true, maxPayload: 26_214_400, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (request.headers['x-forwarded-for']) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      sockets.add(ws);
      ws.on('close', () => sockets.delete(ws));
      serve(ws, {
        world,
        door,
        calls,
        faults,
        tickIntervalMs: options.tickIntervalMs ?? 30_000,
        without: options.without ?? [],
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's

  function restart({ downMs = 50 } = {}): void {
    if (isDown) return;
    isDown = true;
    world.emit('shutdown', { reason: 'gateway restarting', restartExpectedMs: downMs });
    for (const run of world.runs.values()) if (run.state === 'running') run.state = 'cancelled';
    for (const ws of sockets) ws.close(1012, 'service restart');
    world.connections.clear();
    world.bootId = randomUUID();
    world.appliedRevision = world.revision;
    for (const agent of world.agents.values()) agent.isLive = true;
    world.later(downMs, () => {
      isDown = false;
    });
  }

  return {
    url: `ws://127.0.0.1:${port}`,
    token: token ?? '',
    calls,
    world,
    onMessage: (next) => {
      script = next;
    },
    emit: (event, payload) => world.emit(event, payload),
    play(name, replace) {
      for (const { dir, frame } of readTranscript(name, replace)) {
        if (dir === 'recv' && frame.type === 'event' && frame.event) world.emit(frame.event, frame.payload);
      }
    },
    raiseApproval: (kind, request) => raiseApproval(world, kind, request),
    ...faults.controls,
    dropConnections: () => {
      for (const ws of sockets) ws.terminate();
      world.connections.clear();
    },
    restart,
    approveDevices: () => approveAll(world),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const ws of sockets) ws.terminate();
      for (const socket of tcp) socket.destroy();
      upgrades.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
