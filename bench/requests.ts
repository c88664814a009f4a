/**
 * bench:requests: requests a second of wall time with the name resolved once (the client connects to the ClusterIP),
 * beside a bare event loop with as many pending events in the same process; requests with a DNS look-up each reported.
 * Fails when a request costs more than five bare events.
 */
import { Context } from "../src/engine/context.js";
import { Phase } from "../src/engine/event-queue.js";
import { uniform } from "../src/engine/random.js";
import { Simulation } from "../src/engine/simulation.js";
import { Report } from "../src/scenario/diagnostic.js";
import { openScenario } from "../src/scenario/open.js";
import { simulate } from "../src/simulate.js";
import { median, printTable, recordHistory } from "./measure.js";

const RATE = 20_000;
const SECONDS = 20;
const RUNS = 5;
/** Requests in flight: rate × mean latency. */
const PENDING = 1_000;
const LEAST_SHARE = 0.2;

function scenarioText(target: string): string {
  return `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: requests}
spec:
  seed: 1
  duration: ${SECONDS}s
  traffic: [{to: "${target}", rps: ${RATE}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.80, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
}

/** Requests a second of wall time, convergence left out. */
function requestRate(target: string): number {
  const report = new Report();
  const text = scenarioText(target);
  const files = { read: () => ({ ok: true, text }) as const, glob: () => [], list: () => [] };
  const { scenario } = openScenario(files, { files: ["requests.yaml"] }, report);
  if (scenario === null)
    throw new Error(
      report
        .sorted()
        .map(({ message }) => message)
        .join("; "),
    );
  const run = simulate(scenario);
  const started = performance.now();
  while (run.advance(1_000_000));
  const seconds = (performance.now() - started) / 1e3;
  const { totals } = run.finish();
  if (totals.ok !== totals.requests) throw new Error(`${totals.failed} requests failed without any churn`);
  return totals.requests / seconds;
}

interface Chain {
  readonly context: Context;
  readonly key: { readonly a: number; readonly b: number };
  index: number;
}

function hop(chain: Chain): void {
  chain.context.after(Math.floor(uniform(chain.key, chain.index++) * 100_000), Phase.traffic, hop, chain);
}

/** Events a second of wall time of a loop that does nothing but plan the next event. */
function eventRate(): number {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "bare");
  for (let i = 0; i < PENDING; i++) hop({ context, key: context.key(`chain ${i}`), index: 0 });
  simulation.advance(200_000);
  const started = performance.now();
  const events = 2_000_000;
  simulation.advance(events);
  return (events * 1e3) / (performance.now() - started);
}

const rates = { events: [] as number[], requests: [] as number[], lookups: [] as number[] };
for (let i = 0; i < RUNS; i++) {
  rates.events.push(eventRate());
  rates.requests.push(requestRate("10.96.0.80:80"));
  rates.lookups.push(requestRate("web"));
}
const [events, requests, lookups] = [median(rates.events), median(rates.requests), median(rates.lookups)];
const share = requests / events;
const rounded = (rate: number): string => (rate / 1e6).toFixed(2);
printTable([
  ["bench:requests, median of five", "million/s", "of bare events"],
  [`bare event loop, ${PENDING} pending`, rounded(events), "1.00"],
  [`requests, name resolved once (at least ${LEAST_SHARE})`, rounded(requests), share.toFixed(2)],
  ["requests, a DNS look-up each", rounded(lookups), (lookups / events).toFixed(2)],
]);
recordHistory(
  [
    { bench: "requests", case: "bare", metric: "events_per_s", value: events },
    { bench: "requests", case: "resolved-once", metric: "requests_per_s", value: requests },
    { bench: "requests", case: "dns-per-request", metric: "requests_per_s", value: lookups },
  ],
  process.argv,
);
if (share < LEAST_SHARE) process.exitCode = 1;
