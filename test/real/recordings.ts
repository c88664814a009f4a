/** The recordings, each with the scenario that is its lab and with what is read off both. */
import { type Repetition, repetitions } from "./compare.js";
import type { Fact } from "./facts.js";
import { app, barePod, type Lab } from "./inputs.js";
import {
  countOf,
  END,
  eachOfPod,
  type Figure,
  inRepetition,
  ofPod,
  ofRepetition,
  ROLLOUT,
  START,
} from "./intervals.js";

export interface Recording {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly apps: readonly string[];
  readonly lab: Lab;
  /** Simulated runs, each as long as the recording. */
  readonly runs: number;
  readonly figures: readonly Figure[];
  /** The events whose order is compared; none: no order. */
  readonly order: readonly string[];
  /** `medians`, or `inside`: each recorded value inside the 1–99 % of the simulated ones. */
  readonly rule: "medians" | "inside";
  /** Recorded facts after it have no counterpart. */
  readonly until?: number;
  /** The whole timeline is one repetition. */
  readonly once?: boolean;
}

/** When churn begins in a simulated timeline whose recording begins with it. */
export const BEGIN = 10;

const IN_ORDER = [
  "replicaset-created",
  "pod-created",
  "pod-scheduled",
  "container-started",
  "pod-ready",
  "slice ready",
  "deletion-requested",
  "slice terminating",
  "container-exited",
  "pod-terminal",
  "slice removed",
  "pod-gone",
];

const STRATEGIES = {
  def: "{}",
  s0u1: "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
  s1u0: "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
} as const;

type Changes = Partial<Pick<Lab, "server" | "start" | "workloads">> & {
  readonly pod?: string;
  readonly container?: string;
  /** Seconds from one to the next. */
  readonly every?: number;
};

/** Rolling updates of one Deployment, one after the other. */
function rollouts(name: string, replicas: number, strategy: string, times: number, changes: Changes = {}): Recording {
  const { pod, container, every = 20, ...lab } = changes;
  const parts = { name: "web", replicas, strategy, ...(pod === undefined ? {} : { pod }) };
  return {
    name,
    apps: ["web"],
    lab: {
      server: "loaded",
      duration: `${every * times + 10}s`,
      churn: [`{name: web, from: 10s, every: ${every}s, rollout: web}`],
      manifests: [app({ ...parts, ...(container === undefined ? {} : { container }) })],
      ...lab,
    },
    runs: 20,
    figures: ROLLOUT,
    order: IN_ORDER,
    rule: "medians",
  };
}

const LATER = { start: "530ms" } as const;
const PROBE = "readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 10}";

const ROLLING: readonly Recording[] = [
  ...[1, 5].flatMap((replicas) =>
    Object.entries(STRATEGIES).map(([key, strategy]) => rollouts(`a-r${replicas}-${key}`, replicas, strategy, 6)),
  ),
  rollouts("q-r1-def", 1, "{}", 5, LATER),
  rollouts("q-r5-def", 5, "{}", 5, LATER),
  rollouts("q-r5-vol", 5, "{}", 5, { ...LATER, pod: "" }),
  rollouts("q-r5-probe", 5, "{}", 5, {
    ...LATER,
    container: PROBE,
    every: 40,
    workloads: ["{selector: {matchLabels: {app: web}}, listenAfter: 2s, readyAfter: 0s, serviceTime: 1ms}"],
  }),
];

const RECREATE: Recording = {
  ...rollouts("recreate", 3, "{type: Recreate}", 8, { ...LATER, server: "quiet" }),
  figures: [
    ofRepetition("patch → first deletion", "reply", "deletion-requested"),
    ...END,
    inRepetition("last terminal phase → ReplicaSet", (facts) =>
      span(facts, "pod-terminal", "replicaset-created", "last"),
    ),
    ofRepetition("ReplicaSet → last Ready", "replicaset-created", "pod-ready", true),
    ...START,
    inRepetition("no endpoint ready", (facts) => span(facts, "slice terminating", "slice ready", "last")),
    ofRepetition("patch → last Ready", "reply", "pod-ready", true),
    countOf("slice writes of an update", "slice-written"),
  ],
};

/** From the first or last event of a kind to the first one of another kind. */
function span(facts: Repetition, from: string, to: string, which: "first" | "last"): number[] {
  const starts = facts.filter(({ event }) => event === from);
  const start = starts[which === "first" ? 0 : starts.length - 1];
  const end = facts.find(({ event }) => event === to);
  return start === undefined || end === undefined ? [] : [end.t - start.t];
}

const QUARTER = ["quarter1", "quarter2", "quarter3"];
const SURGE = ["surge1", "surge2", "surge3"];

/** Six Deployments at once; the figures of one strategy. */
function minReady(strategy: string, names: readonly string[]): Figure[] {
  const nth = (index: number): Figure => ({
    ...inRepetition(`${strategy}: patch → deletion ${index + 1}`, (facts) => {
      const start = facts.find(({ event }) => event === "reply");
      const end = facts.filter(({ event }) => event === "deletion-requested")[index];
      return start === undefined || end === undefined ? [] : [end.t - start.t];
    }),
  });
  return [0, 1, 2, 3].map(nth).map((figure) => ({ ...figure, read: (facts) => figure.read(facts, names) }));
}

/** With one pod at a time, the deletion that follows each Ready. */
const AVAILABLE: Figure = {
  name: "1/0: Ready + 10 s → deletion",
  unit: "s",
  read: (facts) =>
    SURGE.flatMap((name) =>
      repetitions(facts, name).flatMap((each) => {
        const [ready, deleted] = ["pod-ready", "deletion-requested"].map((kind) =>
          each.filter(({ event }) => event === kind),
        );
        return (deleted ?? []).flatMap(({ t }, index) =>
          ready?.[index] === undefined ? [] : [t - ready[index].t - 10],
        );
      }),
    ),
};

const MIN_READY: Recording = {
  name: "minready",
  apps: [...QUARTER, ...SURGE],
  lab: {
    server: "quiet",
    start: "530ms",
    duration: "150s",
    churn: [
      ...QUARTER.map((name) => `{name: ${name}, from: 10s, every: 25s, until: 80s, rollout: ${name}}`),
      ...SURGE.map((name) => `{name: ${name}, from: 11s, every: 45s, until: 140s, rollout: ${name}}`),
    ],
    manifests: [
      ...QUARTER.map((name) => app({ name, replicas: 4, minReadySeconds: 10, strategy: STRATEGIES.def })),
      ...SURGE.map((name) => app({ name, replicas: 4, minReadySeconds: 10, strategy: STRATEGIES.s1u0 })),
    ],
  },
  runs: 8,
  figures: [...minReady("25 %/25 %", QUARTER), ...minReady("1/0", SURGE), AVAILABLE],
  order: ["pod-created", "pod-ready", "deletion-requested"],
  rule: "medians",
};

/** A pod that fits nowhere, and a filler whose deletion makes room. */
const ROOM: Recording = {
  name: "sched-room",
  apps: ["fit", "filler1", "filler2", "filler3"],
  lab: {
    server: "quiet",
    start: "530ms",
    cpu: "1",
    duration: "60s",
    churn: [
      "{name: fit.1, at: 10s, scale: fit, replicas: 1}",
      "{name: filler1, at: 10.3s, delete-pod: {pods: {selector: {matchLabels: {app: filler1}}}}}",
      "{name: fit.2, at: 20s, scale: fit, replicas: 2}",
      "{name: filler2, at: 21.5s, delete-pod: {pods: {selector: {matchLabels: {app: filler2}}}}}",
      "{name: fit.3, at: 30s, scale: fit, replicas: 3}",
      "{name: filler3, at: 44s, delete-pod: {pods: {selector: {matchLabels: {app: filler3}}}}}",
    ],
    manifests: [
      app({ name: "fit", replicas: 0, container: "resources: {requests: {cpu: 600m}}" }),
      ...["filler1", "filler2", "filler3"].map((name) =>
        barePod(name, name, `containers: [{name: c, image: "fill:v1", resources: {requests: {cpu: 900m}}}]`),
      ),
    ],
  },
  runs: 20,
  figures: [
    ofPod("pod created → unschedulable", "pod-created", "pod-unschedulable"),
    intoRoom("terminal phase of another pod → bound", "pod-terminal"),
    intoRoom("deletion of another pod → bound", "deletion-requested"),
  ],
  order: [],
  rule: "medians",
};

function intoRoom(name: string, from: string): Figure {
  const end = (facts: readonly Fact[], start: Fact): Fact | undefined =>
    facts.find(({ event, app, t }) => event === "pod-scheduled" && app === "fit" && t > start.t);
  return {
    name,
    unit: "s",
    read: (facts) =>
      facts
        .filter(({ event, app, detail }) => event === from && app.startsWith("filler") && detail !== "0")
        .flatMap((start) => (end(facts, start) === undefined ? [] : [end(facts, start)!.t - start.t])),
  };
}

/** Readiness endpoints that fail for a while, and containers that end by themselves. */
const PROBES: Recording = {
  name: "h-probe",
  apps: ["probed", "crashing"],
  lab: {
    server: "loaded",
    duration: "90s",
    churn: [
      // all four start together, so that their probes keep step as in the recording
      "{name: start, at: 2s, scale: probed, replicas: 4}",
      "{name: probed, from: 10s, every: 17s, jitter: 2s, until: 70s, fail-probe: {kind: Deployment, name: probed, mode: all}, for: 9s}",
      "{name: crashing, from: 20s, every: 16.5s, until: 50s, crash-container: {kind: Deployment, name: crashing, mode: all}}",
    ],
    manifests: [
      app({
        name: "probed",
        replicas: 0,
        container: "readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2, failureThreshold: 3}",
      }),
      app({ name: "crashing", replicas: 4 }),
    ],
  },
  runs: 20,
  figures: [
    sinceRequest("probe fails → NotReady", "fail", "pod-not-ready"),
    sinceRequest("probe succeeds → Ready", "heal", "pod-ready"),
    sinceRequest("first crash → started again", "crash", "container-started", 0),
    sinceRequest("second crash → NotReady", "crash", "pod-not-ready", 1),
    sinceRequest("second crash → started again", "crash", "container-started", 1),
    eachOfPod("started again → Ready", "container-started", "pod-ready"),
  ],
  order: [],
  rule: "medians",
};

/** From the request that is about a pod to what happens to the pod next; of each request, or of one of them. */
function sinceRequest(name: string, what: string, event: string, number?: number): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) =>
      apps.flatMap((app) => {
        const ofApp = facts.filter((fact) => fact.app === app);
        const pods = [...new Set(ofApp.map(({ object }) => object))].filter((pod) => pod !== "");
        return pods.flatMap((pod) => {
          const mine = ofApp.filter(({ object, event }) => object === pod || (object === "" && event === "request"));
          const requests = mine.filter((fact) => fact.event === "request");
          const asked = requests.filter(({ detail }) => detail.startsWith(what));
          return asked.flatMap((start, index) => {
            if (number !== undefined && index !== number) return [];
            const until = requests.find(({ t, detail }) => t > start.t && detail === start.detail)?.t ?? Infinity;
            const end = mine.find((fact) => fact.event === event && fact.t > start.t && fact.t < until);
            return end === undefined ? [] : [end.t - start.t];
          });
        });
      }),
  };
}

const TOLERATES = (seconds: number): string =>
  `tolerations: [${["unreachable", "not-ready"]
    .map(
      (key) => `{key: node.kubernetes.io/${key}, operator: Exists, effect: NoExecute, tolerationSeconds: ${seconds}}`,
    )
    .join(", ")}]`;

const NO_VOLUMES = "automountServiceAccountToken: false";
const TOLERANT = [10, 60].map((seconds) => `tolerates${seconds}`);

/** Kubelets that fall silent; two Deployments with two pods a node. */
function silence(name: string, nodes: number, until: number, figures: readonly Figure[]): Recording {
  return {
    name,
    apps: TOLERANT,
    lab: {
      server: "loaded",
      duration: `${until + 20}s`,
      churn: [`{name: silent, at: 10s, crash-node: {node: {mode: fixed, value: ${nodes}}}}`],
      manifests: [10, 60].map((seconds) =>
        app({ name: `tolerates${seconds}`, replicas: 6, pod: `${NO_VOLUMES}\n${TOLERATES(seconds)}` }),
      ),
    },
    runs: 200,
    once: true,
    figures,
    order: [
      "slice not-ready",
      "node-tainted",
      "deletion-requested",
      "slice terminating-unserving",
      "pod-created",
      "pod-ready",
    ],
    rule: "inside",
    until,
  };
}

/** From the silence to each event of a kind. */
function fromSilence(name: string, event: string, which: "first" | "each" = "each"): Figure {
  return {
    name,
    unit: "s",
    read: (facts) => {
      const start = facts.find((fact) => fact.event === "request");
      const found = facts.filter((fact) => fact.event === event && start !== undefined && fact.t > start.t);
      return (which === "first" ? found.slice(0, 1) : found).map(({ t }) => t - start!.t);
    },
  };
}

/** From the taint of the pod's node, the last one that can have been it, to its deletion. */
function fromTaint(seconds: number): Figure {
  return {
    name: `taint → deletion, toleration ${seconds} s`,
    unit: "s",
    read: (facts) =>
      facts
        .filter(({ event, app }) => event === "deletion-requested" && app === `tolerates${seconds}`)
        .flatMap(({ t }) => {
          const taints = facts.filter((fact) => fact.event === "node-tainted" && fact.t < t - seconds + 0.5);
          return taints.length === 0 ? [] : [t - taints.at(-1)!.t];
        }),
  };
}

const BEFORE_TAINT: Figure = {
  name: "first slice write → taint",
  unit: "s",
  read: (facts) =>
    facts
      .filter(({ event }) => event === "node-tainted")
      .flatMap(({ t }) => {
        const write = facts.find((fact) => fact.event === "slice not-ready" && Math.abs(fact.t - t) < 0.9);
        return write === undefined ? [] : [t - write.t];
      }),
};

/** The first deletion of an app and the first event of another kind in it, the second ones, and so on. */
function afterDeletion(name: string, kind: string): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) =>
      apps.flatMap((each) => {
        const of = (wanted: string) => facts.filter(({ event, app }) => event === wanted && app === each);
        const found = of(kind);
        return of("deletion-requested").flatMap(({ t }, index) =>
          found[index] === undefined ? [] : [found[index].t - t],
        );
      }),
  };
}

const SILENT: readonly Figure[] = [
  fromSilence("silent → endpoint not ready", "slice not-ready"),
  fromSilence("silent → NoExecute", "node-tainted"),
  BEFORE_TAINT,
  fromTaint(10),
  afterDeletion("deletion → slice terminating", "slice terminating-unserving"),
  afterDeletion("deletion → another pod Ready", "pod-ready"),
];

const SILENCES: readonly Recording[] = [
  silence("g-one-kcmkill", 1, 68, SILENT),
  silence("g-two", 2, 120, [...SILENT, fromTaint(60)]),
];

export const RECORDINGS: readonly Recording[] = [...ROLLING, RECREATE, MIN_READY, ROOM, PROBES, ...SILENCES];
