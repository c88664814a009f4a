/**
 * One vocabulary for what was recorded of real components and what is simulated: the files in recordings/ are written in it, and
 * the events of a run are translated into it. Pure.
 */
import type { EventRow } from "../../src/model/result.js";

export interface Fact {
  /** Seconds. */
  readonly t: number;
  /** Such as "pod-ready"; what a slice says of a pod is "slice ready", "slice terminating" and so on. */
  readonly event: string;
  /** The Deployment, or whatever else the recording is about. */
  readonly app: string;
  readonly object: string;
  readonly detail: string;
}

/** The facts of a file. Each write of a slice is followed by what it says of single pods. */
export function readRecording(text: string): Fact[] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [t = "", event = "", app = "", object = "", ...rest] = cells(line);
      const fact = { t: Number(t), event, app, object, detail: rest.join(",") };
      if (event !== "slice-written") return [fact];
      const pods = fact.detail.split(" ").map((each) => each.split(":"));
      return [fact, ...pods.map(([pod = "", state = ""]) => ({ ...fact, event: `slice ${state}`, object: pod }))];
    });
}

function cells(line: string): string[] {
  return [...`${line},`.matchAll(/("([^"]*)"|[^,]*),/g)].map(([, plain = "", quoted]) => quoted ?? plain);
}

/** Of the simulated events those that a recording could hold, by the names that it would give them. */
export function simulatedFacts(events: Iterable<EventRow>, apps: readonly string[]): Fact[] {
  const rows = [...events];
  const translation = new Translation(apps, rows);
  return rows.flatMap((row) => translation.of(row));
}

const SAME_NAME = new Set([
  "pod-scheduled",
  "pod-unschedulable",
  "container-started",
  "pod-ready",
  "deletion-requested",
  "sigterm-sent",
  "container-exited",
  "container-crashed",
  "node-tainted",
  "node-unknown",
]);

class Translation {
  /** Address → the pod that had it last. */
  private readonly pods = new Map<string, string>();
  /** Longest first, so that web-headless is not taken for web. */
  private readonly apps: readonly string[];

  constructor(apps: readonly string[], rows: readonly EventRow[]) {
    this.apps = [...apps].sort((x, y) => y.length - x.length);
    // pods of time zero: whose addresses they were is told when they lose them
    for (const { kind, object, detail } of rows) {
      if (kind !== "address-assigned" && kind !== "address-released") continue;
      if (!this.pods.has(detail)) this.pods.set(detail, object.split("/").at(-1)!);
    }
  }

  of(row: EventRow): Fact[] {
    const { kind, component, detail } = row;
    const [type = "", , name = row.object] = row.object.split("/");
    const fact = (event: string, object = name): Fact => ({
      t: row.t / 1e6,
      event,
      app: this.appOf(name),
      object,
      detail,
    });
    if (kind === "address-assigned") this.pods.set(detail, name);
    if (kind === "churn") return this.request(row);
    if (kind === "object-updated" && component === "churn") return [fact("reply", "")];
    if (kind === "object-created" && type === "ReplicaSet") return [fact("replicaset-created", "")];
    if (kind === "object-created" && type === "Pod") return [fact("pod-created")];
    if (kind === "object-deleted" && type === "Pod") return [fact("pod-gone")];
    if (kind === "address-released") return [fact("sandbox-removed")];
    if (kind === "pod-not-ready") return [fact(detail.startsWith("(phase") ? "pod-terminal" : kind)];
    if (kind === "node-tainted" && !detail.includes("NoExecute")) return [];
    if (kind === "endpoints-changed") return [fact("slice-written", ""), ...this.told(detail, fact)];
    return SAME_NAME.has(kind) ? [fact(kind)] : [];
  }

  private request({ t, object, detail }: EventRow): Fact[] {
    const healed = detail.match(/^has ended for Pod\/[^/]+\/(.+)$/)?.[1];
    if (healed !== undefined) {
      return [{ t: t / 1e6, event: "request", app: this.appOf(healed), object: healed, detail: "heal" }];
    }
    // entries are called after the app that they are about: web, and fit.2 where there are several
    return [
      { t: t / 1e6, event: "request", app: object.replace(/[#.]\d+$/, ""), object: "", detail: detail.split(" ")[0]! },
    ];
  }

  /** Such as "10.244.0.2 ready→terminating, +10.244.1.3 (not ready)". */
  private told(detail: string, fact: (event: string, object: string) => Fact): Fact[] {
    return [...detail.matchAll(/([+-]?)(\d+\.\d+\.\d+\.\d+)([^\d]*?)(?=, [+-]?\d|$| and \d)/g)].map(
      ([, sign, address = "", rest = ""]) => {
        const state = rest.replace(/^.*→/, "").replace(/[()]/g, "").trim();
        const said = sign === "-" ? "removed" : (STATES[state] ?? state);
        return fact(`slice ${said}`, this.pods.get(address) ?? address);
      },
    );
  }

  private appOf(name: string): string {
    return this.apps.find((app) => name === app || name.startsWith(`${app}-`)) ?? "";
  }
}

const STATES: Readonly<Record<string, string>> = {
  "not ready": "not-ready",
  "terminating, not serving": "terminating-unserving",
};
