/** A session with the API server that is cut now and then; one cut that never ends closes it. */
import type { ApiCall, ApiSession, SessionState } from "../../src/apiserver/session.js";
import type { Micros } from "../../src/engine/duration.js";

/** From `from` on, and up again at `until`. */
export interface Cut {
  readonly from: Micros;
  readonly until: Micros;
}

export class CutSession implements ApiSession {
  /** Calls that were asked about. */
  readonly asked: ApiCall[] = [];

  /** Cuts must not overlap. */
  constructor(private readonly cuts: readonly Cut[]) {}

  state(time: Micros): SessionState {
    const cut = this.cutAt(time);
    if (cut === undefined) return "up";
    return cut.until === Number.POSITIVE_INFINITY ? "closed" : "cut";
  }

  arrivalOf(due: Micros): Micros {
    return this.cutAt(due)?.until ?? due;
  }

  arrivedBy(time: Micros): Micros {
    const cut = this.cutAt(time);
    return cut === undefined ? time : cut.from - 1;
  }

  fails(call: ApiCall, time: Micros): boolean {
    this.asked.push(call);
    return this.state(time) !== "up";
  }

  private cutAt(time: Micros): Cut | undefined {
    return this.cuts.find(({ from, until }) => from <= time && time < until);
  }
}
