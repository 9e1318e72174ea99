import { Problem } from '#server/platform/problem.ts';
import { DIAGNOSES, type DiagnosisCode, type Finding } from './diagnoses.rules.ts';

/**
 * A gateway that could not be connected to: the coarse code of the contract, and what was found in `body.diagnosis`.
 * Retryable when waiting may heal it.
 */
export class ConnectFailure extends Problem {
  readonly diagnosis: DiagnosisCode;
  readonly facts: Record<string, unknown>;

  constructor({ code, facts }: Finding, options: ErrorOptions = {}) {
    const { problem, status, isTransient, title } = DIAGNOSES[code];
    super(problem, status, title, { isRetryable: isTransient, body: { message: title, diagnosis: code, ...facts } });
    if (options.cause !== undefined) this.cause = options.cause;
    this.diagnosis = code;
    this.facts = facts;
  }
}
