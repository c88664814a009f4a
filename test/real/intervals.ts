/** What is read off a timeline, recorded or simulated alike: named lists of figures. Pure. */
import { type Repetition, repetitions } from "./compare.js";
import type { Fact } from "./facts.js";

export interface Figure {
  readonly name: string;
  /** The figures of one timeline. */
  read(facts: readonly Fact[], apps: readonly string[]): number[];
  /** Of what they are: seconds, or a number. */
  readonly unit: "s" | "";
}

/** From one event of a pod to another one of the same pod, the first ones. */
export function ofPod(name: string, from: string, to: string): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) =>
      pods(facts, apps).flatMap((each) => {
        const [start, end] = [from, to].map((event) => each.find((fact) => fact.event === event));
        return start === undefined || end === undefined ? [] : [end.t - start.t];
      }),
  };
}

/** From each event of a pod to the next one of another kind. */
export function eachOfPod(
  name: string,
  from: string,
  to: string,
  which: (index: number) => boolean = () => true,
): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) =>
      pods(facts, apps).flatMap((each) => {
        const starts = each.filter(({ event }) => event === from);
        return starts.flatMap((start, index) => {
          const until = starts[index + 1]?.t ?? Number.POSITIVE_INFINITY;
          const end = each.find(({ event, t }) => event === to && t >= start.t && t < until);
          return end === undefined || !which(index) ? [] : [end.t - start.t];
        });
      }),
  };
}

/** From the first (or last) event of a kind in a repetition to that of another kind. */
export function ofRepetition(name: string, from: string, to: string, last = false): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) =>
      apps.flatMap((app) =>
        repetitions(facts, app).flatMap((each) => {
          const start = each.find(({ event }) => event === from);
          const ends = each.filter(({ event }) => event === to);
          const end = ends[last ? ends.length - 1 : 0];
          return start === undefined || end === undefined ? [] : [end.t - start.t];
        }),
      ),
  };
}

/** How many there are in a repetition. */
export function countOf(name: string, event: string): Figure {
  return {
    name,
    unit: "",
    read: (facts, apps) =>
      apps.flatMap((app) => repetitions(facts, app).map((each) => each.filter((fact) => fact.event === event).length)),
  };
}

/** Another reading of a repetition. */
export function inRepetition(name: string, read: (facts: Repetition) => number[]): Figure {
  return {
    name,
    unit: "s",
    read: (facts, apps) => apps.flatMap((app) => repetitions(facts, app).flatMap(read)),
  };
}

function pods(facts: readonly Fact[], apps: readonly string[]): Fact[][] {
  const found = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.object === "" || !apps.includes(fact.app)) continue;
    const before = found.get(fact.object);
    if (before === undefined) found.set(fact.object, [fact]);
    else before.push(fact);
  }
  return [...found.values()];
}

/** What a pod goes through while it starts. */
export const START: readonly Figure[] = [
  ofPod("pod created → bound", "pod-created", "pod-scheduled"),
  ofPod("bound → container started", "pod-scheduled", "container-started"),
  ofPod("container started → Ready", "container-started", "pod-ready"),
  ofPod("Ready → in the slice", "pod-ready", "slice ready"),
];

/** And while it ends. */
export const END: readonly Figure[] = [
  ofPod("deletion → slice terminating", "deletion-requested", "slice terminating"),
  ofPod("deletion → program ended", "deletion-requested", "container-exited"),
  ofPod("program ended → terminal phase", "container-exited", "pod-terminal"),
  ofPod("terminal phase → out of the slice", "pod-terminal", "slice removed"),
  ofPod("terminal phase → object gone", "pod-terminal", "pod-gone"),
];

export const ROLLOUT: readonly Figure[] = [
  ofRepetition("patch → ReplicaSet", "reply", "replicaset-created"),
  ofRepetition("ReplicaSet → first pod", "replicaset-created", "pod-created"),
  ...START,
  ...END,
  ofRepetition("patch → last Ready", "reply", "pod-ready", true),
  ofRepetition("patch → last terminal phase", "reply", "pod-terminal", true),
  countOf("slice writes of a rolling update", "slice-written"),
];
