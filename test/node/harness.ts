/** One node with a kubelet, an API log and programs that do what a test tells them. All delays are 0 unless given. */
import { ApiClient } from "../../src/apiserver/client.js";
import { BUDGETS, type Budget } from "../../src/apiserver/client-budget.js";
import { ApiLog, type RevisionOf } from "../../src/apiserver/log.js";
import { WatchReader } from "../../src/apiserver/reader.js";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { Simulation } from "../../src/engine/simulation.js";
import { parseAddress, parseRange } from "../../src/model/address.js";
import type { ApiSession } from "../../src/model/api-session.js";
import { behaviourOf } from "../../src/model/kubernetes-version.js";
import { type Container, entityOf, type Pod, type Probe } from "../../src/model/objects.js";
import type { FaultableProcess, ProcessEnvironment } from "../../src/model/process.js";
import { FACT_KINDS, FactKind } from "../../src/model/trace.js";
import { Network } from "../../src/network/network.js";
import { createTopology } from "../../src/network/topology.js";
import { HostLocal } from "../../src/node/cni/host-local.js";
import { ImageStore } from "../../src/node/image-store.js";
import { Kubelet } from "../../src/node/kubelet.js";
import { PodRelist } from "../../src/node/pod-relist.js";
import { buildContainer, buildPod } from "../support/objects.js";

/** What a program does; times count from the container's start. */
export interface Script {
  /** Times at which the readiness endpoint changes its answer; it starts with false. Default [0]: true from the start. */
  readonly readyChanges?: readonly Micros[];
  /** From SIGTERM to the exit; 0 exits within the call. Null ignores SIGTERM. Default 0. */
  readonly exitAfter?: Micros | null;
  /** Exits by itself after this time, in this restart and later ones. */
  readonly livesFor?: Micros;
}

export class ScriptedProcess implements FaultableProcess {
  readonly startedAt: Micros;
  /** It has exited, by itself or by a signal. */
  ended = false;
  probes = 0;
  failing = false;
  /** The next probe fails, whatever the script says. */
  failOnce = false;
  constructor(
    readonly environment: ProcessEnvironment,
    private readonly script: Script,
  ) {
    this.startedAt = environment.context.now;
  }
  start(): void {
    const { livesFor } = this.script;
    if (livesFor !== undefined) this.environment.context.after(livesFor, Phase.crash, exit, this);
  }
  terminate(): void {
    const { context } = this.environment;
    const exitAfter = this.script.exitAfter === undefined ? 0 : this.script.exitAfter;
    context.record(FactKind.processStopsAccepting, entityOf(this.environment.pod), this.environment.container.name);
    if (exitAfter === 0) exit(this);
    else if (exitAfter !== null) context.after(exitAfter, Phase.write, exit, this);
  }
  kill(): void {
    exit(this);
  }
  probe(): boolean {
    this.probes++;
    if (this.failOnce) {
      this.failOnce = false;
      return false;
    }
    const age = this.environment.context.now - this.startedAt;
    return !this.failing && this.changes.filter((time) => time <= age).length % 2 === 1;
  }
  nextProbeChange(): Micros {
    const age = this.environment.context.now - this.startedAt;
    const next = this.changes.find((time) => time > age);
    return next === undefined ? Number.POSITIVE_INFINITY : this.startedAt + next;
  }
  failProbe(failing: boolean): void {
    this.failing = failing;
    this.environment.supervisor.probeChanged();
  }
  private get changes(): readonly Micros[] {
    return this.script.readyChanges ?? [0];
  }
}

function exit(process: ScriptedProcess): void {
  process.ended = true;
  process.environment.supervisor.exited();
}

export interface HarnessOptions {
  /** Of the node with the API server. Default: it is always up. */
  readonly session?: ApiSession;
  readonly minor?: number;
  readonly script?: (container: Container) => Script;
  readonly range?: string;
  readonly api?: Distribution;
  readonly watch?: Distribution;
  readonly volumeMount?: Distribution;
  readonly sandboxCreation?: Distribution;
  readonly sandboxRemoval?: Distribution;
  readonly imagePull?: Distribution;
  readonly budget?: Budget;
  readonly startAt?: Micros;
  readonly seed?: string;
}

const UNLIMITED: Budget = { qps: 1e6, burst: 1e6 };

export class Harness {
  readonly simulation: Simulation;
  readonly log: ApiLog;
  readonly network: Network;
  readonly kubelet: Kubelet;
  readonly node: Context;
  readonly images = new ImageStore();
  readonly processes: ScriptedProcess[] = [];
  readonly relistPhase: Micros;
  private readonly outside: Context;

  constructor(options: HarnessOptions = {}) {
    const zero = constant(0);
    const session = options.session ?? ALWAYS_UP;
    this.simulation = new Simulation({ seed: options.seed ?? "42", startAt: options.startAt ?? 0 });
    this.log = new ApiLog(this.simulation);
    this.outside = new Context(this.simulation, "test");
    this.node = new Context(this.simulation, "Node/node-0");
    const context = this.node.child("kubelet/node-0");
    const info = { index: 0, name: "node-0", zone: "a", pool: "p", address: parseAddress("192.168.0.1")! };
    const topology = createTopology([info], { sameNode: 0, sameZone: 0, crossZone: 0 });
    this.network = new Network(topology);
    this.relistPhase = new PodRelist(context).phase;
    this.images.add("present");
    this.kubelet = new Kubelet({
      context,
      client: new ApiClient(
        context,
        this.log,
        { budget: options.budget ?? UNLIMITED, duration: compile(options.api ?? zero), session },
        this.outside,
      ),
      reader: new WatchReader(context, this.log, {
        kinds: ["Pod"],
        delay: compile(options.watch ?? zero),
        podsOfNode: "node-0",
        session,
      }),
      nodeName: "node-0",
      session,
      place: topology.nodes[0]!,
      network: this.network,
      ipam: new HostLocal(parseRange(options.range ?? "10.244.0.0/24")!),
      processFor: (environment) => {
        const process = new ScriptedProcess(environment, options.script?.(environment.container) ?? {});
        this.processes.push(process);
        return process;
      },
      delays: {
        volumeMount: compile(options.volumeMount ?? zero),
        sandboxCreation: compile(options.sandboxCreation ?? zero),
        sandboxRemoval: compile(options.sandboxRemoval ?? zero),
        imagePull: compile(options.imagePull ?? zero),
      },
      behaviour: behaviourOf(options.minor ?? 36),
      images: this.images,
    });
    this.kubelet.start();
  }

  /** How many programs run now. */
  get running(): number {
    return this.processes.filter(({ ended }) => !ended).length;
  }

  /** Runs `action` at `time`, last of all events of that instant. */
  at(time: Micros, action: () => void): void {
    this.outside.at(time, Phase.crash, (run: () => void) => run(), action);
  }

  create(pod: Pod): void {
    const created = { ...pod, metadata: { ...pod.metadata, creationTimestamp: this.simulation.now } };
    this.log.commit(created, false, this.outside.record(FactKind.podScheduled, entityOf(pod), "node-0", -1));
  }

  /** As kubectl delete would. */
  delete(key: string, grace: number | null = null): void {
    const kubectl = new ApiClient(
      this.outside,
      this.log,
      { budget: BUDGETS.kubectl, duration: compile(constant(0)) },
      this.outside,
    );
    kubectl.delete("Pod", key, grace, { cause: -1 }, null, null);
  }

  run(until: Micros = Number.POSITIVE_INFINITY): void {
    this.simulation.advance(1e6, until);
  }

  pod(name = "web"): Pod | null {
    return this.revision(name)?.object ?? null;
  }

  revision(name = "web"): RevisionOf<"Pod"> | null {
    return this.log.get("Pod", `default/${name}`);
  }

  /** Times of the facts of a kind about a pod. */
  times(kind: FactKind, name = "web"): Micros[] {
    return this.factsOf(kind, name).map((fact) => this.simulation.facts.timeOf(fact));
  }

  factsOf(kind: FactKind, name = "web"): number[] {
    const { facts } = this.simulation;
    const found: number[] = [];
    for (let fact = 0; fact < facts.length; fact++) {
      if (facts.kindOf(fact) === kind && facts.subjectOf(fact) === `Pod/default/${name}`) found.push(fact);
    }
    return found;
  }

  /** Names of the kinds from a fact back to its root. */
  chain(fact: number): string[] {
    return this.simulation.facts.chain(fact).map((link) => FACT_KINDS[this.simulation.facts.kindOf(link)]!.name);
  }

  /** The first relist after `time`. */
  relistAfter(time: Micros): Micros {
    return this.relistPhase + (Math.floor((time - this.relistPhase) / SECOND) + 1) * SECOND;
  }
}

export const PROBE: Probe = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
};

export function container(change: Partial<Container> = {}): Container {
  return buildContainer({ image: "present", ...change });
}

export function newPod(containers: readonly Container[] = [container()], grace = 30, name = "web"): Pod {
  return buildPod(name, { spec: { containers, nodeName: "node-0", terminationGracePeriodSeconds: grace } });
}
