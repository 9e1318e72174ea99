/** What a gateway says of itself when a connection opens. */
export interface Hello {
  protocol: number;
  serverVersion: string | null;
  buildId: string | null;
  /** Another one after each start of the gateway. */
  bootId: string | null;
  /** What we may do there. */
  scopes: string[];
}

/** An open connection to a gateway. */
export interface GatewayConnection {
  gatewayId: string;
  hello: Hello;
  /**
   * One call; answers the payload, to be parsed by the caller. 30 s unless told. Throws {@link GatewayRefusal} for an
   * answered error, else retryable 502 `gateway.unreachable`, `gateway.restarting` or `gateway.timeout`.
   */
  call(method: string, params?: Record<string, unknown>, options?: { timeoutMs?: number }): Promise<unknown>;
}

/** One event of a gateway. */
export interface GatewayFrame {
  event: string;
  payload: unknown;
  /** Counts the events of one connection, from 1. */
  seq: number | null;
}

/** Where frames come from. */
export interface FrameSource {
  orgId: string;
  gatewayId: string;
  connection: GatewayConnection;
}
