/** From a finished run to its rows. */
import type { Facts } from "../engine/facts.js";
import { Consequences, type RootedFact } from "../metrics/consequences.js";
import { type FiredChurn, failoverRow } from "../metrics/failover.js";
import { grouped } from "../metrics/grouped.js";
import { endpointRows, usedIntervals } from "../metrics/observed.js";
import type { RequestBin } from "../metrics/request-recorder.js";
import { type SlackReport, slackReport } from "../metrics/slack.js";
import { StepHistory } from "../metrics/step-history.js";
import { timelineRows } from "../metrics/timeline.js";
import type { Observation } from "../model/observation.js";
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
  const consequences = new Consequences(
    simulation.facts,
    run.fired.map(({ fact }) => fact),
  );
  const failover = failoverRows(run, stories, slack, consequences);
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
    rollouts: rolloutStories(run, stories, consequences),
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
    observer.kind === "node"
      ? (run.recorder.byPodAndNode.get(`${pod} ${observer.name}`) ?? 0)
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

function failoverRows(
  run: FinishedRun,
  stories: ReadonlyMap<string, TargetStory>,
  slack: SlackReport,
  consequences: Consequences,
): FailoverRow[] {
  const { scenario, recorder, simulation } = run;
  const end = simulation.now;
  const lags = new Map(
    [...stories].map(([key, { ruleLags }]) => [key, grouped(ruleLags, ({ fact }) => consequences.rootOf(fact))]),
  );
  const terminations = grouped(slack.rows, ({ pod }) => pod);
  const arrivals = scenario.traffic.map((_, index) => requestsFrom(recorder.bins[index] ?? []));
  return run.fired.flatMap((event) => {
    const facts = consequences.of(event.fact);
    const ended = podsEndedBy(event, facts);
    const firstBin = Math.floor(event.t / scenario.sampling.timelineInterval);
    return scenario.traffic.map((entry, index) => {
      const watch = run.watches[index] ?? null;
      return failoverRow({
        event,
        target: entry.to.text,
        service: watch?.key ?? "",
        facts: facts.filter(({ kind, object }) => kind !== "endpoints-changed" || concerns(object, watch)),
        ruleLags: lags.get(watch?.key ?? "")?.get(event.fact) ?? [],
        terminations: [...ended].flatMap((pod) => terminations.get(pod) ?? []),
        failures: recorder.byEvent.get(`${event.fact}/${index}`),
        requests: arrivals[index]?.[firstBin] ?? 0,
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

/** By bin: how many requests arrived in it or later. */
function requestsFrom(bins: readonly RequestBin[]): readonly number[] {
  const sums: number[] = new Array(bins.length);
  let sum = 0;
  for (let index = bins.length - 1; index >= 0; index--) {
    sum += bins[index]?.requests ?? 0;
    sums[index] = sum;
  }
  return sums;
}

function rolloutStories(
  run: FinishedRun,
  stories: ReadonlyMap<string, TargetStory>,
  consequences: Consequences,
): RolloutStory[] {
  const end = run.simulation.now;
  return run.fired
    .filter(({ action }) => action === "rollout")
    .map((event) => {
      const pods = consequences.of(event.fact).filter(({ object }) => object.startsWith("Pod/"));
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
