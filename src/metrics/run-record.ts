/** From what was measured to the rows of a run. */
import type { Micros } from "../engine/duration.js";
import type { Simulation } from "../engine/simulation.js";
import type { PodRow, RunRecord } from "../model/result.js";
import type { RunEvidence } from "../model/run-evidence.js";
import type { Scenario } from "../model/scenario.js";
import { Consequences } from "./consequences.js";
import type { DnsRecorder } from "./dns-recorder.js";
import { eventRows, fingerprintFacts } from "./event-rows.js";
import { failoverRows } from "./failover-rows.js";
import type { PodHistories } from "./pod-histories.js";
import type { RequestRecorder } from "./request-recorder.js";
import { rolloutStories } from "./rollout-stories.js";
import { endpointRowsOf, type ServiceStory, serviceStories } from "./service-story.js";
import type { ServiceWatch } from "./service-watch.js";
import { type EndedPod, type SlackReport, slackReport } from "./slack.js";
import { StepHistory } from "./step-history.js";
import { timelineRows } from "./timeline.js";
import type { WorkloadHistories } from "./workload-histories.js";

/** What was measured while the run went on. */
export interface Measured {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly requests: RequestRecorder;
  readonly lookups: DnsRecorder;
  readonly pods: PodHistories;
  readonly workloads: WorkloadHistories;
  /** By traffic entry; null for targets without a Service. */
  readonly targets: readonly (ServiceWatch | null)[];
  /** All Services that are measured. */
  readonly watches: Iterable<ServiceWatch>;
}

type Stories = ReadonlyMap<string, ServiceStory>;

export function runRecord(measured: Measured, pods: readonly PodRow[], evidence: RunEvidence): RunRecord {
  const { scenario, simulation, requests: recorder, targets } = measured;
  const { facts, now, dispatched } = simulation;
  const interval = scenario.sampling.timelineInterval;
  const stories = serviceStories(measured.watches, evidence, now);
  const ended = endedPods(measured, evidence);
  const reports = new Map([...stories].map(([key, story]) => [key, slackOf([story], ended, recorder)]));
  const [only] = reports.values();
  const slack = only !== undefined && reports.size === 1 ? only : slackOf([...stories.values()], ended, recorder);
  const consequences = new Consequences(
    facts,
    evidence.fired.map(({ fact }) => fact),
  );
  const rollouts = rolloutStories(evidence.fired, measured.workloads, consequences, now);
  const failover = failoverRows({
    fired: evidence.fired,
    targets: scenario.traffic.map(({ name, to }, index) => ({ name, text: to.text, watch: targets[index] ?? null })),
    stories,
    ended,
    slackReports: reports,
    consequences,
    unfinished: new Set(rollouts.filter(({ duration }) => Number.isNaN(duration)).map(({ event }) => event)),
    recorder,
    interval,
    end: now,
  });
  fingerprintFacts(recorder.fingerprint, facts);
  return {
    scenario: scenario.name,
    description: scenario.description,
    seed: scenario.seed,
    run: evidence.run,
    kubernetesVersion: `1.${scenario.cluster.minor}`,
    warmup: scenario.warmup,
    duration: evidence.stopsAt,
    endedAt: now,
    totals: recorder.totals(),
    entries: recorder.entryTotals(),
    timeline: timelineOf(measured, stories, evidence.stopsAt),
    failures: recorder.failureRows(),
    requests: recorder.sampled.read(measured.pods),
    lookups: measured.lookups.rows,
    events: eventRows(facts),
    endpoints: endpointRowsOf(stories.values()),
    terminations: slack.rows,
    pods,
    failover,
    rollouts,
    ruleLags: [...stories.values()].flatMap((story) => story.ruleLags),
    minSlack: slack.minSlack,
    requiredPreStop: slack.requiredPreStop,
    endless: slack.endless,
    heldToTheEnd: slack.heldToTheEnd,
    fingerprint: recorder.fingerprint.toString(),
    dispatchedEvents: dispatched,
    warnings: [],
  };
}

function slackOf(stories: readonly ServiceStory[], ended: readonly EndedPod[], recorder: RequestRecorder): SlackReport {
  const used = stories.flatMap((story) => story.used);
  return slackReport(ended, used, (pod, { kind, name }) => {
    if (kind === "node") return recorder.byPodAndHolder.of(pod, name);
    return kind === "client-cache" || kind === "connection" ? recorder.byPodAndClient.of(pod, name) : Number.NaN;
  });
}

/** Pods that stopped accepting because they were deleted or died with their node, by time. */
function endedPods({ pods }: Measured, { stopped }: RunEvidence): EndedPod[] {
  return stopped
    .map(({ pod, node, at, fact, crashed }) => ({
      pod,
      node,
      deletedAt: pods.deletedAt(pod),
      stopsAcceptingAt: at,
      fact,
      preStop: pods.preStopOf(pod),
      crashed,
    }))
    .filter(({ deletedAt, stopsAcceptingAt, crashed }) => crashed || deletedAt <= stopsAcceptingAt)
    .sort((x, y) => x.stopsAcceptingAt - y.stopsAcceptingAt || (x.pod < y.pod ? -1 : 1));
}

function timelineOf({ scenario, requests, targets }: Measured, stories: Stories, end: Micros): RunRecord["timeline"] {
  const { traffic, sampling } = scenario;
  const nothing = new StepHistory();
  const interval = sampling.timelineInterval;
  return timelineRows({
    entries: traffic.map(({ name, to }, index) => {
      const watch = targets[index];
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
    bins: requests.bins,
    interval,
    length: Math.ceil(end / interval),
  });
}
