import { useCallback, useEffect, useRef, useState } from 'react';
import type { GatewayCheck, GatewayHop } from '#console/api/contract.ts';
import { checkGateway, type GatewayCheckRequest } from '#console/api/queries/gateways/check.ts';
import { isWorthWaiting } from './hops.ts';

/** The server allows five checks a minute. */
const AGAIN_MS = 15_000;

/** A check of a connection: under way, or how it ended. */
export interface CheckState {
  /** What is checked; undefined before the first check. */
  request: GatewayCheckRequest | undefined;
  hops: readonly GatewayHop[];
  result: GatewayCheck | undefined;
  error: unknown;
  isRunning: boolean;
  /** Nothing is to be done here but to wait: it goes on by itself. */
  isWaiting: boolean;
}

const NOTHING: CheckState = {
  request: undefined,
  hops: [],
  result: undefined,
  error: undefined,
  isRunning: false,
  isWaiting: false,
};

/** Checks the way to a gateway, and again while somebody else is to act: a pairing to be approved, a gateway that starts. */
export function useGatewayCheck() {
  const [state, setState] = useState(NOTHING);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const ask = useCallback(async (request: GatewayCheckRequest, onHop: (hop: GatewayHop) => void) => {
    running.current?.abort();
    const turn = new AbortController();
    running.current = turn;
    const end = (change: Partial<CheckState>) => {
      if (!turn.signal.aborted) setState((old) => ({ ...old, ...change, isRunning: false }));
    };
    try {
      const onHopOfTurn = (hop: GatewayHop) => !turn.signal.aborted && onHop(hop);
      const result = await checkGateway(request, { signal: turn.signal, onHop: onHopOfTurn });
      end({ result, hops: result.hops, error: undefined, isWaiting: isWorthWaiting(result) });
    } catch (error) {
      end({ error });
    }
  }, []);

  const start = useCallback(
    (request: GatewayCheckRequest) => {
      setState({ ...NOTHING, request, isRunning: true });
      void ask(request, (hop) => setState((old) => ({ ...old, hops: [...old.hops, hop] })));
    },
    [ask],
  );

  const { request, isWaiting, result, error } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer starts the next wait
  useEffect(() => {
    if (!isWaiting || !request) return;
    const timer = setTimeout(() => void ask(request, () => undefined), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [ask, isWaiting, request, result, error]);

  return { check: state, start };
}
