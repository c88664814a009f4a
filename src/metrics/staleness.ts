/** How many observing nodes of a Service lag behind the API, bin by bin. */
import type { Micros } from "../engine/duration.js";
import type { RuleLagRow } from "../model/result.js";
import { grouped } from "./grouped.js";

export interface StalenessAt {
  /** Observers that had not programmed some change that was committed. */
  readonly staleNodes: number;
  /** Age of the oldest such change. */
  readonly maxRuleLag: Micros;
}

/** The changes of one observer, and how many of them it has programmed for certain. */
interface Backlog {
  readonly lags: readonly RuleLagRow[];
  programmed: number;
}

export class Staleness {
  private readonly backlogs: readonly Backlog[];

  /** `ruleLags`: the changes of one Service, those of an observer in the order of their commits. */
  constructor(ruleLags: readonly RuleLagRow[]) {
    const ofNodes = ruleLags.filter(({ observer }) => observer.kind === "node");
    this.backlogs = [...grouped(ofNodes, ({ observer }) => observer).values()].map((lags) => ({ lags, programmed: 0 }));
  }

  /** Times must not go back: so all bins together look at each change once. */
  at(time: Micros): StalenessAt {
    let staleNodes = 0;
    let oldest = time;
    for (const backlog of this.backlogs) {
      const { lags } = backlog;
      while ((lags[backlog.programmed]?.appliedAt ?? Number.POSITIVE_INFINITY) <= time) backlog.programmed++;
      const next = lags[backlog.programmed];
      if (next === undefined || next.committedAt > time) continue;
      staleNodes++;
      oldest = Math.min(oldest, next.committedAt);
    }
    return { staleNodes, maxRuleLag: time - oldest };
  }
}
