/** From a finished run to its rows. */
import type { Micros } from "../engine/duration.js";
import { type FactId, type Facts, NO_FACT } from "../engine/facts.js";
import { type FiredChurn, failoverRow, type RootedFact } from "../metrics/failover.js";
import { endpointRows, type Observation, usedIntervals } from "../metrics/observed.js";
import { type SlackReport, slackReport } from "../metrics/slack.js";
import { StepHistory } from "../metrics/step-history.js";
import { timelineRows } from "../metrics/timeline.js";
import type { EventRow, FailoverRow, RolloutStory, RuleLagRow, RunRecord } from "../model/result.js";
import { FACT_KINDS } from "../model/trace.js";
import type { FinishedRun } from "./finished-run.js";
import { observationsOf } from "./observers.js";
import { requestRows } from "./request-rows.js";
import type { TargetWatch } from "./target-watch.js";

/** Everything that is known of one target at the end of a run. */
interface TargetStory {
  readonly watch: TargetWatch;
  readonly observations: readonly Observation[];
  readonly ruleLags: readonly RuleLagRow[];
}

export function runRecord(run: FinishedRun): RunRecord {
  const { scenario, recorder, simulation } = run;
  const stories = targetStories(run);
  const slack = slackOf(run, stories);
  const roots = rootsOf(simulation.facts);
  const failover = failoverRows(run, stories, slack, roots);
  return {
    scenario: scenario.name,
    description: scenario.description,
    seed: scenario.seed,
    run: run.run,
    kubernetesVersion: `1.${scenario.cluster.minor}`,
    warmup: scenario.warmup,
    duration: run.stopsAt,
    endedAt: simulation.now,
    totals: recorder.totals(),
    timeline: timeline(run, stories),
    failures: recorder.failureRows(),
    requests: requestRows(run),
    lookups: run.dnsRecorder.rows,
    events: eventRows(simulation.facts),
    endpoints: endpointsOf(stories),
    terminations: slack.rows,
    pods: run.sampler.rows,
    failover,
    rollouts: rolloutStories(run, stories, roots),
    ruleLags: [...stories.values()].flatMap((story) => story.ruleLags),
    minSlack: slack.minSlack,
    requiredPreStop: slack.requiredPreStop,
    fingerprint: fingerprintOf(run),
    dispatchedEvents: simulation.dispatched,
    warnings: [],
  };
}

function targetStories(run: FinishedRun): Map<string, TargetStory> {
  const stories = new Map<string, TargetStory>();
  const nodes = run.observingNodes();
  for (const watch of run.watches) {
    if (watch === null || stories.has(watch.key)) continue;
    const observations = observationsOf(run.cluster, watch, nodes);
    const ruleLags = observations.flatMap(({ observer, service, changes }) =>
      changes.filter(({ committedAt }) => committedAt >= 0).map((change) => ({ observer, service, ...change })),
    );
    stories.set(watch.key, { watch, observations, ruleLags });
  }
  return stories;
}

function endpointsOf(stories: ReadonlyMap<string, TargetStory>): RunRecord["endpoints"] {
  const rows = [...stories.values()].flatMap(({ watch, observations }) =>
    [watch.observation(), ...observations].flatMap(endpointRows),
  );
  // a stable sort: rows of one instant stay in the order of observers
  return rows.sort((x, y) => x.t - y.t);
}

function slackOf(run: FinishedRun, stories: ReadonlyMap<string, TargetStory>): SlackReport {
  const { applications } = run;
  const { topology, crashes } = run.cluster;
  const ended = [...applications.stopped]
    .map(([pod, { node, at }]) => ({
      pod,
      node: topology.nodes[node]?.name ?? "",
      deletedAt: run.truth.deletedAt(pod),
      stopsAcceptingAt: at,
      preStop: run.truth.preStopOf(pod),
      crashed: crashes.crashedAt.get(node) === at,
    }))
    .filter(({ deletedAt, stopsAcceptingAt, crashed }) => crashed || deletedAt <= stopsAcceptingAt)
    .sort((x, y) => x.stopsAcceptingAt - y.stopsAcceptingAt || (x.pod < y.pod ? -1 : 1));
  const used = [...stories.values()].flatMap(({ observations }) => observations.flatMap(usedIntervals));
  return slackReport(ended, used, (pod, observer) =>
    observer.startsWith("node/")
      ? (run.recorder.byPodAndNode.get(`${pod} ${topology.indexOf(observer.slice("node/".length))}`) ?? 0)
      : Number.NaN,
  );
}

function timeline(run: FinishedRun, stories: ReadonlyMap<string, TargetStory>): RunRecord["timeline"] {
  const { scenario, recorder } = run;
  const nothing = new StepHistory();
  const interval = scenario.sampling.timelineInterval;
  return timelineRows({
    entries: scenario.traffic.map(({ name, to }, index) => {
      const watch = run.watches[index] ?? null;
      return {
        name,
        target: to.text,
        history: {
          desired: watch?.desired ?? nothing,
          ready: watch?.ready ?? nothing,
          terminating: watch?.terminating ?? nothing,
          ruleLags: stories.get(watch?.key ?? "")?.ruleLags ?? [],
        },
      };
    }),
    bins: recorder.bins,
    interval,
    length: Math.ceil(run.stopsAt / interval),
  });
}

function eventRows(facts: Facts): EventRow[] {
  const rows: EventRow[] = [];
  for (let fact = 0; fact < facts.length; fact++) {
    rows.push({
      fact,
      t: facts.timeOf(fact),
      component: facts.componentOf(fact),
      kind: FACT_KINDS[facts.kindOf(fact)]?.name ?? "",
      object: facts.subjectOf(fact),
      detail: facts.objectOf(fact),
      cause: facts.parentOf(fact),
    });
  }
  return rows;
}

/** Root of each fact; a parent's id is always lower, so one pass is enough. */
function rootsOf(facts: Facts): Int32Array {
  const roots = new Int32Array(facts.length);
  for (let fact = 0; fact < facts.length; fact++) {
    const parent = facts.parentOf(fact);
    roots[fact] = parent === NO_FACT ? fact : (roots[parent] as FactId);
  }
  return roots;
}

function factsOf(run: FinishedRun, roots: Int32Array, root: FactId): RootedFact[] {
  const { facts } = run.simulation;
  const rooted: RootedFact[] = [];
  for (let fact = root; fact < facts.length; fact++) {
    if (roots[fact] !== root) continue;
    const kind = FACT_KINDS[facts.kindOf(fact)]?.name ?? "";
    rooted.push({ root, t: facts.timeOf(fact), kind, object: facts.subjectOf(fact) });
  }
  return rooted;
}

function failoverRows(
  run: FinishedRun,
  stories: ReadonlyMap<string, TargetStory>,
  slack: SlackReport,
  roots: Int32Array,
): FailoverRow[] {
  const { scenario, recorder, simulation } = run;
  const end = simulation.now;
  return run.fired.flatMap((event) => {
    const facts = factsOf(run, roots, event.fact);
    const ended = podsEndedBy(event, facts);
    return scenario.traffic.map((entry, index) => {
      const watch = run.watches[index] ?? null;
      const story = stories.get(watch?.key ?? "");
      return failoverRow({
        event,
        target: entry.to.text,
        service: watch?.key ?? "",
        facts: facts.filter(({ kind, object }) => kind !== "endpoints-changed" || concerns(object, watch)),
        ruleLags: (story?.ruleLags ?? []).filter(({ fact }) => fact >= 0 && roots[fact] === event.fact),
        terminations: slack.rows.filter(({ pod }) => ended.has(pod)),
        failures: recorder.byEvent.get(`${event.fact}/${index}`),
        requests: requestsSince(run, index, event.t),
        desiredAtEnd: watch?.desired.at(end) ?? 0,
        readyAtEnd: watch?.ready.at(end) ?? 0,
      });
    });
  });
}

/** Pods that the event made end: those that were deleted because of it, and those that died with their node. */
function podsEndedBy({ action }: FiredChurn, facts: readonly RootedFact[]): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const { kind, object } of facts) {
    const died = action === "crash-node" && kind === "pod-not-ready";
    if (!died && kind !== "deletion-requested" && kind !== "object-deleted") continue;
    if (object.startsWith("Pod/")) ended.add(object.slice("Pod/".length));
  }
  return ended;
}

/** Slices are named after their Service. */
function concerns(object: string, watch: TargetWatch | null): boolean {
  return watch !== null && object.startsWith(`EndpointSlice/${watch.key}-`);
}

function requestsSince(run: FinishedRun, traffic: number, since: Micros): number {
  const interval = run.scenario.sampling.timelineInterval;
  const bins = run.recorder.bins[traffic] ?? [];
  return bins.slice(Math.floor(since / interval)).reduce((sum, bin) => sum + bin.requests, 0);
}

function rolloutStories(
  run: FinishedRun,
  stories: ReadonlyMap<string, TargetStory>,
  roots: Int32Array,
): RolloutStory[] {
  const end = run.simulation.now;
  return run.fired
    .filter(({ action }) => action === "rollout")
    .map((event) => {
      const pods = factsOf(run, roots, event.fact).filter(({ object }) => object.startsWith("Pod/"));
      const ends = pods.filter(({ kind }) => kind === "pod-ready" || kind === "object-deleted");
      const last = ends.reduce((latest, { t }) => Math.max(latest, t), event.t);
      const touched = [...stories.values()]
        .map(({ watch }) => watch)
        .filter((watch) => watch.pods.maximum(event.t, end) > 0);
      const settled = touched.every((watch) => watch.ready.at(end) === watch.desired.at(end));
      return {
        event: event.name,
        duration: settled && ends.length > 0 ? last - event.t : Number.NaN,
        peakPods: touched.reduce((most, watch) => Math.max(most, watch.pods.maximum(event.t, end)), 0),
      };
    });
}

function fingerprintOf(run: FinishedRun): string {
  const { fingerprint } = run.recorder;
  const { facts } = run.simulation;
  for (let fact = 0; fact < facts.length; fact++) {
    fingerprint.number(facts.timeOf(fact));
    fingerprint.number(facts.kindOf(fact));
    fingerprint.number(facts.parentOf(fact));
    fingerprint.text(facts.subjectOf(fact));
  }
  return fingerprint.toString();
}
