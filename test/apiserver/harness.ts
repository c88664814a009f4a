/** An API log with a server that commits, and processes around it. */
import { ApiClient, type Why, type WriteResult } from "../../src/apiserver/client.js";
import type { Budget } from "../../src/apiserver/client-budget.js";
import { ApiLog } from "../../src/apiserver/log.js";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import type { Micros } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { ApiSession } from "../../src/model/api-session.js";
import { type ApiObject, entityOf, type Namespace, type Pod } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { buildNamespace, buildPod } from "../support/objects.js";

export const WHY: Why = { cause: NO_FACT };
/** From sending to reply; the commit comes at 8, a read looks at 4. */
export const DURATION = 9;

export class ServerHarness {
  readonly simulation: Simulation;
  readonly log: ApiLog;
  readonly process: Context;
  private readonly server: Context;

  constructor(startAt: Micros = 0, seed = "1") {
    this.simulation = new Simulation({ seed, startAt, maxEvents: 1e6 });
    this.log = new ApiLog(this.simulation);
    this.server = new Context(this.simulation, "kube-apiserver");
    this.process = new Context(this.simulation, "process");
  }

  client(
    budget: Budget = { qps: 1000, burst: 1000 },
    duration: Distribution = constant(DURATION),
    session: ApiSession = ALWAYS_UP,
  ): ApiClient {
    return new ApiClient(this.process, this.log, { budget, duration: compile(duration), session }, this.server);
  }

  at(time: Micros, action: () => void, phase: Phase = Phase.write): void {
    this.server.at(time, phase, action, null);
  }

  run(until = 1e12): void {
    while (this.simulation.advance(1e6, until));
  }

  /** Commits at once, as somebody else. */
  commit(object: ApiObject, deleted = false): void {
    const fact = this.server.record(deleted ? FactKind.objectDeleted : FactKind.objectUpdated, entityOf(object));
    this.log.commit(object, deleted, fact);
  }
}

/** Answers as they come: "time tag status". */
export class Answers {
  readonly lines: string[] = [];
  readonly results: WriteResult[] = [];
  constructor(private readonly simulation: Simulation) {}
  readonly take = (tag: string, result: WriteResult): void => {
    this.lines.push(`${this.simulation.now} ${tag} ${result.status}`);
    this.results.push(result);
  };
}

export function namespace(name: string, label = ""): Namespace {
  return buildNamespace(name, label === "" ? {} : { label });
}

export function pod(name: string, nodeName = ""): Pod {
  return buildPod(name, { spec: { containers: [], nodeName } });
}
