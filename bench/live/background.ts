import { entrypoint, step } from '@mission-control/sdk';

let events = 0;

/** Steps of the background so far, two events and more a piece. */
export const countBackground = (): number => events;

/** Other work of the fleet, so that the probe is not alone: short runs of ten steps. */
export function startBackground(eventsPerS: number): { stop(): void } {
  const STEPS = 10;
  const EVENTS_PER_RUN = STEPS + 2;
  const busy = entrypoint('background', async () => {
    for (let i = 0; i < STEPS; i++) await step('work', async () => i);
    events += EVENTS_PER_RUN;
  });
  const timer = setInterval(() => void busy(undefined), (EVENTS_PER_RUN / eventsPerS) * 1000);
  return { stop: () => clearInterval(timer) };
}
