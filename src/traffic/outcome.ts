/** What became of an attempt, in classes, and what a request makes of its attempts. */
import type { FactId } from "../engine/facts.js";
import type { Cause, Outcome } from "../model/outcome.js";

/**
 * How an attempt ends. The classes are those by which clients decide whether a request may be sent again: after the first
 * three no server has seen it, after `closed-idle` none has read it, after the others nobody knows.
 */
export type AttemptEnd =
  /** Connection refused: nobody listens there, or a rule says so. */
  | "refused"
  /** Host unreachable. */
  | "unreachable"
  /** No answer to the SYNs until the client gave up. */
  | "silent"
  /** The connection ended before the server had the request. */
  | "closed-idle"
  /** The connection ended while the server had the request, without a byte of an answer. */
  | "closed-unanswered"
  /** The connection ended in the middle of the answer. */
  | "closed-midway"
  /** The client's time was up while it waited for the answer. */
  | "timeout"
  /** An answer has come: `status` says which. */
  | "status";

export interface AttemptResult {
  readonly end: AttemptEnd;
  /** HTTP status of the answer; without meaning unless `end` is "status". */
  readonly status: number;
  /** It went over a connection that was open already. */
  readonly reused: boolean;
  /** Another pod has answered than the one that was meant. No client notices. */
  readonly wrongPod: boolean;
  /** Why it did not end well; empty when it did. */
  readonly cause: Cause | "";
  readonly causeFact: FactId;
}

/** Client errors are answers that the client wanted to know; a server error is none. */
const FIRST_SERVER_ERROR = 500;

/** Whether the client has an answer that it goes on with. */
export function succeeded({ end, status }: Pick<AttemptResult, "end" | "status">): boolean {
  return end === "status" && status < FIRST_SERVER_ERROR;
}

/** No connection came to be. */
export function neverConnected({ end }: Pick<AttemptResult, "end">): boolean {
  return end === "refused" || end === "unreachable" || end === "silent";
}

/** No connection came to be, or it ended before the answer was there. */
export function lostConnection(attempt: Pick<AttemptResult, "end">): boolean {
  const { end } = attempt;
  return neverConnected(attempt) || end === "closed-idle" || end === "closed-unanswered" || end === "closed-midway";
}

/** A client reports the error of its last attempt: a retry that fails hides why the first attempt did. */
export function outcomeOf(last: Pick<AttemptResult, "end" | "status" | "wrongPod">): Outcome {
  switch (last.end) {
    case "refused":
    case "unreachable":
      return last.end;
    case "silent":
      return "connect-timeout";
    case "closed-idle":
    case "closed-unanswered":
    case "closed-midway":
      return "reset";
    case "timeout":
      return "request-timeout";
    case "status":
      if (!succeeded(last)) return "http-error";
      return last.wrongPod ? "wrong-pod" : "ok";
    default:
      return last.end satisfies never;
  }
}
