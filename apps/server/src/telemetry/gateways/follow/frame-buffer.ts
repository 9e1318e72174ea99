import type { GatewayFrame } from '#server/gateways/index.ts';

/** A frame with when it came, by our clock. */
export interface HeardFrame {
  frame: GatewayFrame;
  heardAt: number;
}

const MAX_FRAMES = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Frames that wait to be read: a bounded queue that the socket fills without waiting for anything. */
export interface FrameBuffer {
  /** False when there was no room: then nothing of the gateway may be believed complete. */
  add(heard: HeardFrame): boolean;
  takeAll(): HeardFrame[];
  readonly length: number;
}

/**
 * Above its bounds the buffer gives up what comes again: the stages on the way to a result. Above twice its bounds it
 * takes nothing more; what is lost then is caught up with.
 */
export function createFrameBuffer(): FrameBuffer {
  let frames: HeardFrame[] = [];
  let bytes = 0;
  const isOver = (times: number) => frames.length >= MAX_FRAMES * times || bytes >= MAX_BYTES * times;
  return {
    add(heard) {
      if (isOver(2) || (isOver(1) && isStage(heard.frame))) return false;
      frames.push(heard);
      bytes += sizeOf(heard.frame.payload);
      return true;
    },
    takeAll() {
      const taken = frames;
      frames = [];
      bytes = 0;
      return taken;
    },
    get length() {
      return frames.length;
    },
  };
}

const STAGES = new Set(['start', 'model', 'preparing_workspace', 'preparing_context', 'starting_model']);

function isStage({ event, payload }: GatewayFrame): boolean {
  const { phase, data } = (payload ?? {}) as { phase?: unknown; data?: { phase?: unknown } }; // only compared
  return event !== 'session.message' && STAGES.has(String(data?.phase ?? phase));
}

/** About what a payload takes: texts make nearly all of it. */
function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return payload.length + 16;
  if (typeof payload !== 'object' || payload === null) return 16;
  let size = 16;
  for (const value of Object.values(payload)) size += sizeOf(value);
  return size;
}
