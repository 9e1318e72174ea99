/** An error that Mission Control raises on purpose. Every other fault of the SDK stays inside it. */
export class MissionControlError extends Error {
  override name = 'MissionControlError';
}

/** A call was stopped before it happened. `rule` names what decided, `violationId` the record in the console. */
export class Blocked extends MissionControlError {
  override name = 'Blocked';
  readonly violationId: string;
  readonly rule: string;
  readonly explanation: string;

  constructor(details: { violationId: string; rule: string; explanation: string }) {
    super(`${details.explanation} (violation ${details.violationId})`);
    this.violationId = details.violationId;
    this.rule = details.rule;
    this.explanation = details.explanation;
  }
}

/** People said no to a call, or nobody said yes in time. It did not happen. */
export class ApprovalDenied extends Blocked {
  override name = 'ApprovalDenied';
  readonly approvalId: string;
  /** `rejected`, `expired`, `withdrawn` …; a comment of whoever decided follows in the explanation. */
  readonly resolution: string;

  constructor(details: ConstructorParameters<typeof Blocked>[0] & { approvalId: string; resolution: string }) {
    super(details);
    this.approvalId = details.approvalId;
    this.resolution = details.resolution;
  }
}

/** The agent takes no new runs: it is paused, draining or retired. `retryAt` is known when the pause has an end. */
export class Paused extends MissionControlError {
  override name = 'Paused';
  readonly state: string;
  readonly retryAt: Date | undefined;

  constructor(details: { agent: string; state: string; retryAt?: Date | undefined }) {
    const until = details.retryAt ? ` until ${details.retryAt.toISOString()}` : '';
    super(`${details.agent} is ${details.state}${until} and takes no new runs.`);
    this.state = details.state;
    this.retryAt = details.retryAt;
  }
}

/** A budget is used up, or all places for runs are taken. The call, or the run, did not happen. */
export class LeaseDenied extends MissionControlError {
  override name = 'LeaseDenied';
  /** Absent for a run that has not begun. */
  readonly violationId: string | undefined;
  readonly rule: string;
  readonly explanation: string;

  constructor(details: { violationId: string | undefined; rule: string; explanation: string }) {
    super(details.explanation);
    this.violationId = details.violationId;
    this.rule = details.rule;
    this.explanation = details.explanation;
  }
}
