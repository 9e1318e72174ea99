import type { ErrorBody } from './world.ts';

/** What goes wrong with a call. */
export interface Fault {
  refusal?: ErrorBody;
  isAnswerLost: boolean;
  delayMs: number;
}

export interface FaultControls {
  /** The next call of a method is refused, once; `times` for more. */
  failNext(method: string, error: ErrorBody, times?: number): void;
  /** Answers of a method come so much later. */
  delay(method: string, ms: number): void;
  /** The next call of a method is carried out, but its answer never comes. */
  loseAnswer(method: string): void;
  /** Takes everything and answers nothing, not even ticks. */
  silence(): void;
  /** Ends silence. */
  speak(): void;
}

export interface Faults {
  controls: FaultControls;
  /** Takes what was asked to go wrong with this call. */
  take(method: string): Fault;
  isSilent(): boolean;
}

/** Faults that a test asks for, by method. */
export function createFaults(): Faults {
  const refusals = new Map<string, ErrorBody[]>();
  const delays = new Map<string, number>();
  const lost = new Map<string, number>();
  let isSilent = false;
  return {
    controls: {
      failNext: (method, error, times = 1) =>
        refusals.set(method, [...(refusals.get(method) ?? []), ...Array.from({ length: times }, () => error)]),
      delay: (method, ms) => delays.set(method, ms),
      loseAnswer: (method) => lost.set(method, (lost.get(method) ?? 0) + 1),
      silence: () => {
        isSilent = true;
      },
      speak: () => {
        isSilent = false;
      },
    },
    take(method) {
      const refusal = refusals.get(method)?.shift();
      const losses = lost.get(method) ?? 0;
      if (losses > 0) lost.set(method, losses - 1);
      return { ...(refusal && { refusal }), isAnswerLost: losses > 0, delayMs: delays.get(method) ?? 0 };
    },
    isSilent: () => isSilent,
  };
}
