/** A session with the API server that is cut now and then; one cut that never ends closes it. */
import type { Micros } from "../../src/engine/duration.js";
import type { ApiCall, ApiSession, SessionState } from "../../src/model/api-session.js";

/** From `from` on, and up again at `until`. */
export interface Cut {
  readonly from: Micros;
  readonly until: Micros;
}

export class CutSession implements ApiSession {
  /** Calls that were asked about. */
  readonly asked: ApiCall[] = [];
  /** In order; they do not overlap. */
  private readonly cuts: Cut[] = [];

  /** Cuts that are known from the start, in the order in which they begin. */
  constructor(cuts: readonly Cut[] = []) {
    for (const cut of cuts) this.cut(cut);
  }

  /** Decides a cut, before it begins and after all earlier ones have begun. One that is under way goes on at least as long. */
  cut({ from, until }: Cut): void {
    const last = this.cuts.at(-1);
    if (last === undefined || last.until <= from) this.cuts.push({ from, until });
    else this.cuts[this.cuts.length - 1] = { from: last.from, until: Math.max(last.until, until) };
  }

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
